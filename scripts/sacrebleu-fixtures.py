"""Writes test/fixtures/sacrebleu.json: what sacreBLEU says of sentences with all kinds of signs. Needs sacrebleu 2.6.0."""

import json
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

OUTPUTS = [
    "Zwei Hunde rennen durch den Schnee.",
    "Ein Mann mit 3.5 Äpfeln (rot) kauft für 1,000 € ein – na gut!",
    "It's the U.S.'s 2-3 \"best\" guess; isn't it?",
    "price:$5,99/kg -- buy&amp;sell &lt;now&gt; 50% off",
    "naïve café “quoted” … e-mail@example.com #tag",
    "数字 123，标点。混合 text",
    "a\u00a0b\u2003c  d",
    "",
    "ok",
    "x² + y³ = ½·z¾, ①②",
]
REFERENCES = [
    ["Zwei Hunde laufen durch den Schnee.", "Zwei Hunde rennen im Schnee ."],
    ["Ein Mann kauft 3.5 rote Äpfel (rot) für 1,000 € – na gut!", "Ein Mann mit 3,5 Äpfeln kauft für 1.000 € ein."],
    ["It's the U.S.'s 2-4 \"best\" guess; is it?", "It is the US 2-3 best guess, isn't it?"],
    ["price: $5,99/kg - buy & sell <now> 50 % off", "Price:$5,99/kg -- buy&amp;sell"],
    ["naive café \"quoted\"... e-mail@example.com #tag", "naïve café “quoted” … email@example.com # tag"],
    ["数字 123，标点。 text 混合", "数字 124，标点"],
    ["a b c d", "a b\u00a0c d e"],
    ["not empty", "is not"],
    ["ok", "okay then"],
    ["x² + y³ = ½·z, ①", "x2 + y3 = 0.5 z"],
]
BLEU_OPTIONS = [
    {},
    {"tokenize": "intl"},
    {"tokenize": "char"},
    {"tokenize": "none"},
    {"lowercase": True},
    {"smooth_method": "none"},
    {"smooth_method": "floor"},
    {"smooth_method": "floor", "smooth_value": 0.01},
    {"smooth_method": "add-k"},
    {"smooth_method": "add-k", "smooth_value": 0.5},
    {"effective_order": True},
    {"effective_order": True, "smooth_method": "floor", "tokenize": "intl"},
    {"max_ngram_order": 2},
    {"max_ngram_order": 6, "tokenize": "char"},
]
CHRF_OPTIONS = [
    {},
    {"word_order": 2},
    {"word_order": 1, "char_order": 4},
    {"beta": 3},
    {"lowercase": True},
    {"whitespace": True},
    {"eps_smoothing": True},
    {"eps_smoothing": True, "word_order": 2},
]


def measured(kind, options):
    metric = kind(**options)
    one = [[each[0] for each in REFERENCES]]
    two = [list(each) for each in zip(*REFERENCES)]
    results = {"options": options, "one": metric.corpus_score(OUTPUTS, one).score}
    results["signature"] = metric.get_signature().format()
    results["two"] = metric.corpus_score(OUTPUTS, two).score
    results["sentences"] = [
        kind(**options).sentence_score(output, references).score
        for output, references in zip(OUTPUTS, REFERENCES)
    ]
    return results


fixture = {
    "version": sacrebleu.__version__,
    "outputs": OUTPUTS,
    "references": REFERENCES,
    "bleu": [measured(BLEU, options) for options in BLEU_OPTIONS],
    "chrf": [measured(CHRF, options) for options in CHRF_OPTIONS],
}
path = Path(__file__).parent.parent / "test/fixtures/sacrebleu.json"
path.write_text(json.dumps(fixture, ensure_ascii=False, indent=1) + "\n")
