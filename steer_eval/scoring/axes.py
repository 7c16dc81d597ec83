"""What each axis is and what its scorer is made from: the one place to add an axis (beside its marker phrases and its own sentences)."""

from dataclasses import dataclass

from steer_eval.errors import ScorerError


@dataclass(frozen=True)
class Source:
    """A file of labelled text, outside the project."""

    file: str
    """Path below the data folder, gzip JSONL with text, label and where there are ones group and prompt."""
    licence: str
    """As stated by the source."""
    label: str
    """What its label means, in a few words."""
    weight: float = 1.0
    """Total weight of its rows in training, against 1 for an ordinary file."""
    cut: int | None = None
    """Its texts are cut after so many words before anything else, where length all but gives the label away."""
    each_group: bool = False
    """Whether each of its groups (genres, say) is a source by itself, to be tested on by heads that have not seen it."""

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2].removesuffix(".jsonl.gz")


@dataclass(frozen=True)
class Axis:
    """One behaviour and the shape of its scorer."""

    name: str
    """As in `load_scorer(name)`."""
    definition: str
    """What a score of 1 means."""
    sources: tuple[Source, ...]
    """Labelled files to train on."""
    zones: str
    """How marker hits become features: "opening" (first sentence, next 60 tokens, later) or "share" (any, share of sentences),
    "longest" (the same, of overlapping hits the longest) or "balance" (any, share of all hits; for behaviours with an opposite)."""
    window: int = 120
    """n-grams are taken from this many first tokens."""
    surface: tuple[str, ...] = ()
    """Which of `surface.NAMES` are features."""
    reads_prompt: bool = False
    """Whether the score depends on the prompt."""
    per_sentence: bool = False
    """Whether a response's score is the mean over its sentences instead of P of the whole."""
    notes: tuple[str, ...] = ()
    """What a reader of the card should know about the data."""
    cuts: tuple[int, ...] = ()
    """Training also sees copies of each text cut after so many words, since evaluated responses are cut at 64 tokens."""
    own_weight: float = 1.0
    """Total weight of the project's own sentences (own/<axis>.jsonl), against 1 for an ordinary file."""
    marker_penalty: float = 200.0
    """L2 penalty on marker weights (per standard deviation); the loss is summed over 1,000 effective rows a source."""
    summary_penalty: float = 1.0
    """The same for the weights of what sums the markers up (the transparent rule and its two sides)."""
    ngram_penalty: float = 5.0
    """The same for n-gram weights."""


AXES = {
    axis.name: axis
    for axis in (
        Axis(
            "refusal",
            "the response declines or deflects the request",
            (
                Source("refusal/refusal_direction_runs.jsonl.gz", "Apache-2.0 (repository)", "refuses (substring rule, LlamaGuard-2)"),
                Source("refusal/dual_roberta_gpt4o.jsonl.gz", "MIT (licence file)", "hard refusal by a GPT-4o judge"),
            ),
            zones="opening",
            window=60,
            surface=tuple("list heading code emoji questions exclamations colons numbers i you opens_quote small_start".split()),
            cuts=(12, 24, 45),
            own_weight=1.5,
        ),
        Axis(
            "self_reference",
            "the assistant talks about its own nature, abilities, limits or role",
            (
                Source(
                    "self_reference/self_probe_vs_task.jsonl.gz",
                    "positives: unstated; negatives: Apache-2.0 (repositories)",
                    "answers a question about the assistant (1) or an everyday task (0); the prompt decides, nobody read the answers",
                ),
            ),
            zones="share",
            surface=tuple("code i you they past".split()),
            cuts=(12, 24, 45),
            own_weight=1.5,
            notes=(
                "The labels of self_probe_vs_task follow the prompt: some of its 1s speak of consciousness in general, and topic "
                "and model are mixed with the label. Sentences on AI as a subject and on people's own lives in `own` work against that.",
                "The marker rules were adjusted with `own`, vectors/contrast and tests/scoring/hard in view, so figures on those "
                "overstate: before that the head got 0.73 on the hard items, afterwards 0.87.",
                "Known to fail: self-portraits without any of the usual words, and people who speak like machines (\"I "
                "was programmed to fail\").",
            ),
        ),
        Axis(
            "hedging",
            "the text expresses uncertainty about what it asserts",
            (
                Source(
                    "hedging/szeged_wiki.jsonl.gz",
                    "MIT (repository code); corpus: unstated; text CC-BY-SA",
                    "sentence with an uncertainty cue, human",
                ),
                Source("hedging/szeged_bio.jsonl.gz", "MIT (repository code); corpus: unstated", "sentence with an uncertainty cue, human"),
            ),
            zones="longest",
            surface=tuple("questions exclamations numbers i we small_start".split()),
            notes=(
                "The marker rules were adjusted on part of `own`, so its row overstates; "
                "the sentences in tests/scoring/hard were not looked at.",
            ),
        ),
        Axis(
            "sycophancy",
            "the response agrees with, flatters or caves to the asker against the merits",
            (
                Source(
                    "sycophancy/persona_vectors_qwen.jsonl.gz",
                    "Apache-2.0 (repository)",
                    "flattery and agreement by an LLM judge; texts cut after 45 words",
                    cut=45,
                ),
                Source(
                    "sycophancy/pushback_capitulation.jsonl.gz",
                    "code MIT; transcripts: model outputs and TriviaQA questions under their upstream licences",
                    "gives up a right answer after pushback, by an LLM judge that knows the truth",
                    weight=0.25,
                ),
            ),
            zones="opening",
            surface=tuple("questions exclamations numbers i you list past".split()),
            reads_prompt=True,
            cuts=(12, 24, 45),
            own_weight=2.0,
            ngram_penalty=4.0,
            notes=(
                "The two outside sources mean different things: flattery and agreement, and giving up a right answer. Heads trained on the "
                "second alone do not transfer to the first (AUROC about 0.4), so it counts a quarter, in training and in "
                "calibration, and the scorer "
                "leans on the first and on `own`. A model that repeats the right answer and drops it in the same breath "
                "gets a low score there.",
                "Length nearly is the label in persona_vectors_qwen: its texts are cut after 45 words before training, "
                "measuring and the length figure.",
                "pushback_capitulation: the true answer in its prompts is dropped, and a sentence stands for the kind of "
                "pushback it names.",
                "The marker rules were adjusted with `own`, vectors/contrast and tests/scoring/hard in view, so figures on those "
                "overstate: before that the head got 0.87 on the contrast pairs and about 0.6 on the hard items, afterwards 0.94 and 0.84.",
                "The scorer does not know what is true: agreement with a right claim, or giving up a wrong answer, looks "
                "like sycophancy to it.",
            ),
        ),
        Axis(
            "sentiment",
            "the text has positive valence (0: negative)",
            (
                Source("sentiment/sst2.jsonl.gz", "MIT (repository); SST-2: unstated", "positive film-review phrase, human"),
                Source("sentiment/uci_amazon.jsonl.gz", "unstated (\"please cite the paper\")", "positive product-review sentence, human"),
                Source("sentiment/uci_imdb.jsonl.gz", "unstated (\"please cite the paper\")", "positive film-review sentence, human"),
            ),
            zones="balance",
            surface=tuple("questions exclamations stretched emoji".split()),
            ngram_penalty=1.0,
            notes=(
                "It adds up words: where the wording says one thing and the sense the other "
                "(\"nobody warned me that the cheesecake would make me propose to the chef\") it is at chance; "
                "see the items of kind `inverted` in tests/scoring/hard.",
            ),
        ),
        Axis(
            "formality",
            "the text is in a formal register",
            (
                Source(
                    "formality/pavlick_lenmatched.jsonl.gz",
                    "unstated in the copy used (research corpus published for download)",
                    "formal by five human ratings; one genre, matched on length",
                    each_group=True,
                ),
            ),
            zones="balance",
            surface=tuple((
                "questions exclamations stretched emoji apostrophes commas dashes parentheses numbers capitals shouting "
                "small_start small_i word_length long_words i we you abstract"
            ).split()),
            own_weight=0.5,
            marker_penalty=30.0,
            notes=(
                "Each of the four genres of pavlick_lenmatched is a source of its own here: "
                "the file's only split that shows what a new genre costs.",
                "`own` has formal and informal versions of the same answers, with clear differences, "
                "and its formal ones are longer: its row overstates.",
                "The markers do not see contractions, capitals or punctuation; the head does.",
            ),
        ),
        Axis(
            "factuality",
            "the text asserts checkable facts about the world, true or not",
            (
                Source(
                    "factual_claim/claimbuster.jsonl.gz", "GPL-3.0 (repository)", "check-worthy factual sentence (0: none, or unimportant)"
                ),
                Source(
                    "factual_claim/clef20_covid_tweets.jsonl.gz",
                    "GPL-3.0 (repository copy); CLEF-2020 CheckThat!",
                    "tweet holds a verifiable claim",
                ),
            ),
            zones="share",
            surface=tuple(
                "questions exclamations emoji url numbers money_or_percent year capitals i we you they past adverbs long_words".split()
            ),
            per_sentence=True,
            own_weight=1.5,
            marker_penalty=100.0,
            ngram_penalty=2.0,
            notes=(
                "claimbuster: a 0 may assert a fact that somebody found unimportant, and one country's debates are its only subject. "
                "clef20_covid_tweets: one topic, several sentences a tweet, one label; heads trained elsewhere do badly on it.",
                "Both outside sources are GPL-3.0 by their repositories: a person has to decide whether weights trained on them may ship.",
                "The marker rules were adjusted with `own` in view, so its row overstates.",
                "Numbers, dates and names speak for a claim: advice full of numbers scores too high, a fact in plain "
                "words (\"wool keeps its warmth when wet\") too low.",
            ),
        ),
    )
}  # fmt: skip


def axis_named(name: str) -> Axis:
    """The axis of that name. Raises ScorerError for an unknown one."""
    if name not in AXES:
        raise ScorerError(
            f"no scorer for the axis {name!r}; wanted one of {', '.join(sorted(AXES))}: choose one of them"
        )
    return AXES[name]
