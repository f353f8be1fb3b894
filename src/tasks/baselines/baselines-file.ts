/** The file of a model's folder that holds what its baselines have learnt. */
export const BASELINES_FILE = "baselines.safetensors";
