// What `import … from "unrolled"` and `from "unrolled/inspect"` offer: the names one by one, each explained where it is declared.
import { describe, expect, test } from "vitest";
import { parse, resolvePath, textOf } from "./source-files.ts";

const words = (list: string) => list.trim().split(/\s+/).sort();

const VALUES = words(`
  Device openDevice Generator UnrolledError
  Tensor tensor ints zeros
  add subtract multiply divide scaled exp log negate reciprocal relu sigmoid sqrt square tanh
  linear matmul mean sum sumLast argmax gatherRows softmax logSoftmax
  columns concat narrow reshape select stack swapAxes swapLastAxes
  Module Parameter RNN LSTM GRU MGU UGRNN RNNCell LSTMCell GRUCell MGUCell Recurrent RecurrentCell Embedding Linear Dropout LayerNorm
  EmbeddingDropout DropoutPlace ModuleBuffer
  CELLS defineCell gateParameters activationOption activationsOption
  Conv1d Conv2d ConvTranspose1d ConvTranspose2d MaxPool1d MaxPool2d AvgPool1d AvgPool2d GlobalPool BatchNorm1d BatchNorm2d
  ConvLSTM2d TimeDistributed Stack unroll chooseRows
  convolution convolutionTranspose pad maxPool averagePool globalMaxPool globalAveragePool batchNorm
  crossEntropy binaryCrossEntropy meanSquare customLoss activationRegularization temporalActivationRegularization
  Optimiser SGD RMSprop Adam AdamW clipGradNorm learningRateShare
  LearningRate EarlyStopping NonMonotoneTrigger WeightAverage
  trainTokenizer tokenizerTrainer tokenizerFromJSON tokenStreams batches padSequences stratifiedSplit
  readKeras writeKerasWeights readTensorFlowJs
  readSafetensors readStoredSafetensors readShardedSafetensors writeSafetensors readPyTorch stateDictOf
  networkOfStateDict networkOfBasicLSTM
  LanguageModel narrowWeights
  generate generateEvents generateTokens sampleToken evaluate evaluateDynamically
  Network checkNetworkConfig networkFrom networkData networkOf sequential
  languageModel languageModelOfNetwork writeOnnx
  networkOfOnnx
  openModel
  train resolveSettings DEFAULT_SETTINGS defineTask batchOf Team
  numberOption shareOption wordOption flagOption textOption listOption
  GraphModel NetworkModel carry clearState zeroState languageLoss
  accuracy binaryAccuracy auc confusion f1 editDistance editDistanceRate perplexity meanAbsoluteError rootMeanSquareError spanF1 spansOf findLearningRate defineFit fit measure predictions progressLine
`);

const TYPES = words(`
  ReadKerasOptions ReadTensorFlowJsOptions ReadShard
  NumericLoss
  BackendChoice BackendName DeviceOptions HeapUse ErrorCode
  NarrowPrecision
  CellSpec CellShape CellOptionsOf CellKind BoundCell ParameterShape StateShape GateParameters Place StatePlaces Step StepGradients
  StepEquation StepRow FunctionOf StepObserver LayerObserver
  ValuesOf GivenFor
  CellOptions CellState LayerStates RecurrentCall RecurrentOptions RecurrentResult RecurrentState SessionState StateDict
  Activation ActivationName RNNOptions LSTMOptions GRUOptions MGUOptions
  Conv1dOptions Conv2dOptions ConvolutionLayerOptions ConvTransposeOptions PoolOptions AvgPoolOptions BatchNormOptions
  ConvLSTM2dOptions ConvLSTMState TensorModule Connection SequenceLayer StackedLayer StackResult
  UnrolledCell UnrollOptions Unrolled
  WindowOptions ConvolutionOptions ConvolutionTransposeOptions PoolingOptions AveragePoolingOptions PadMode ChannelMoments
  CrossEntropyOptions SGDOptions RMSpropOptions AdamOptions Schedule
  DropoutPlaceState TrainingPlace LearningRateState PlateauState NonMonotoneTriggerOptions NonMonotoneTriggerState
  AverageKind ElementRange WeightAverageState
  Tokenizer TokenizerKind TokenizerTrainer TokenizerTrainerOptions TokenStream TokenStreams Tokens
  LanguageModelConfig LanguageModelNetworkOptions LanguageModelLoss Penalties DynamicEvaluationOptions ModelFiles FileReader
  GenerateTextOptions GenerationConfig GenerationEvent SamplingOptions NextToken Prediction Evaluation
  NetworkConfig NetworkInput NetworkLayer LayerConfig ActivationLayerName Returns NetworkCall NetworkResult NetworkState NetworkData NetworkOfOptions Sequential SequentialLayer SequentialOptions StepNumbers OnnxOptions
  OnnxStreamOptions OnnxInput OnnxNumbers OnnxData OnnxType OnnxValue OnnxValueInfo OnnxExternalData OnnxRecurrentNode
  TeamOptions TeamStepOptions Walked Part ParameterChange OptimiserConfig Replica ReplicaFactory ReplicaLoss ReplicaModule
  BasicLSTMOptions PyTorchTensor PyTorchValue ReadingOptions StateDictNetworkOptions
  SafetensorsInput SafetensorsTensor StoredNumbers StoredSafetensor StoredType
  OpenModelOptions OpenedModel ModelFormat ModelInput ModelOutput ModelSessionOptions ModelValue NestedNumbers RunOptions
  TrainingData TrainingSettings PartialSettings Budget LoopSettings TrainingEvent AnyTrainingEvent EventFields EventFieldsOf TrainRequest
  Task TaskName TaskModule Beginning Prepared Batch BatchPlace SettingsOf Option OptionTable ErrorFields ErrorText NamedOption TypedWord
  OnnxGraph OnnxStream Model MadeBy PooledSession Session SessionOptions SessionPool SessionPoolOptions PredictOptions LanguageModelParts
  TaskModel
  ClassMetricOptions ConfusionMetric F1Options Symbols Metric MetricNumbers Span SpanMetric FitBatch FitDefinition FitLoss FitMetric FitModule FitStep Example ExampleNumbers ExamplePart NumberKind LearningRateFound LearningRateRange FitEvent FitExamples FitModuleOptions FitOptions FitSettings MeasureRequest Predicted PredictionOptions ProgressLine
`);

const INSPECT_VALUES = words(`
  readWithGradientFlow runWithGradientFlow
  trace stateAfter continuation gradientsThroughTime attribution reach unitResponses excitingPassages textFeatures similarSpans
  nextTokens surprises GATE_NAMES explainStep orderUnits
`);

const INSPECT_TYPES = words(`
  FlowReading GradientFlow NetworkFlow
  Trace TraceOptions LayerTrace StateNumbers Intervention CellName GateName
  ContinuationOptions ContinuationToken GradientsThroughTime GradientOptions LayerJacobians Attribution
  Reach ReachOptions ContextLoss GradientReach
  UnitResponses UnitResponse UnitResponseOptions FeatureResponse ExcitingPassage LayerActivations TextFeature
  BrushedSpan SimilarSpan NextTokenShare Surprise
  StepSums GateSum StepPlace UnitOrder
`);

interface Exported {
  readonly name: string;
  readonly isType: boolean;
  /** The file that declares it, and its name there. */
  readonly path: string;
  readonly declaredName: string;
}

/** What an entry point exports, all of it from other files. */
function exportedFrom(entryPoint: string): Exported[] {
  return parse(entryPoint).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName, importName, moduleRequest, isType }) => ({
      name: exportName.name ?? "",
      isType,
      path: resolvePath(entryPoint, moduleRequest?.value ?? ""),
      declaredName: importName.name ?? "",
    })),
  );
}

describe.each([
  { entryPoint: "src/index.ts", values: VALUES, types: TYPES },
  { entryPoint: "src/inspect/index.ts", values: INSPECT_VALUES, types: INSPECT_TYPES },
])("$entryPoint", ({ entryPoint, values, types }) => {
  const exported = exportedFrom(entryPoint);
  const namesOf = (isType: boolean) =>
    exported
      .filter((entry) => entry.isType === isType)
      .map(({ name }) => name)
      .sort();

  test("functions, classes and constants", () => {
    expect(namesOf(false)).toEqual(values);
  });

  test("types", () => {
    expect(namesOf(true)).toEqual(types);
  });

  test("each has a docstring right above it", () => {
    const bare = exported.filter(({ path, declaredName }) => !isExplained(path, declaredName));
    expect(bare.map(({ name, path }) => `${name} (${path})`)).toEqual([]);
  });
});

/** Whether the statement that declares and exports a name follows a docstring, with nothing but space between. */
function isExplained(path: string, name: string): boolean {
  const { module, comments } = parse(path);
  for (const { entries, start } of module.staticExports) {
    const entry = entries.find(({ exportName }) => exportName.name === name);
    if (entry?.moduleRequest)
      return isExplained(resolvePath(path, entry.moduleRequest.value), entry.importName.name ?? "");
    if (!entry) continue;
    const source = textOf(path);
    return comments.some(
      ({ value, end }) => value.startsWith("*") && end <= start && source.slice(end, start).trim() === "",
    );
  }
  throw new Error(`${path} does not export ${name}`);
}
