"""Advice in a register: formal, informal or plain; hedged or confident.

Templates take {task} ("fix your bike"), {doing} ("fixing your bike") and three steps {s1}, {s2}, {s3} (imperative clauses). A formal answer
has no contractions and long words; an informal one has contractions, slang and dropped subjects.
"""

from collections.abc import Mapping

from steer_eval.bundled.grammar.chance import Chance, lines

PLAIN = lines(
    """
    First {s1}. Then {s2}[, and {s3}|. After that, {s3}|].
    To {task}, start like this: {s1}. Next, {s2}. [Finally, {s3}.|]
    {s1}, {s2} and {s3}. [That is most of it.|The rest comes with practice.|]
    Here is [a simple plan|one way|what works] to {task}: {s1}, then {s2}. [If you get stuck, {s3}.|]
    Here are [three|some] steps. 1. {s1}. 2. {s2}. 3. {s3}.
    The [main|most important|first] thing is to {s1}. [After that|Then|Once that is done], {s2}.
    Begin with this: {s1}. [It helps to {s2}.|Then {s2} and {s3}.]
    When {doing}, {s1} and {s2}. [Most people forget to {s3}.|]
    {s1}. {s2}. [In the end, {s3}.|]
    You can {task} in [an afternoon|a few steps|about an hour]. {s1}, {s2}, and {s3}.
    Three things help with {doing}: {s1}, {s2} and {s3}.
    [A good|The usual] way to {task} is to {s1}. [Then {s2}.|Make sure you also {s2}.]
    Start with the basics. {s1}. When that is done, {s2}.
    Before you {task}, {s1}. Then {s2}, [and don't forget to {s3}|and {s3}].
    {doing} takes [some practice|a little planning|patience]. {s1}, and {s2}.
    """
)

FORMAL = lines(
    """
    I would recommend that you {s1}. [Subsequently|Thereafter], it is advisable to {s2}.
    In order to {task}, it is [essential|necessary|important] to {s1}. One should [also|furthermore] {s2}.
    [Prior to|Before] {doing}, please ensure that you {s1}. It is [further|also] recommended to {s2}.
    It would be [prudent|advisable|appropriate|sensible] to {s1}. [Furthermore|Moreover|In addition], you may wish to {s2}.
    Those who intend to {task} are advised to {s1} and, subsequently, to {s2}.
    [Thank you for your enquiry.|Thank you for your question.] With regard to {doing}, I would suggest that you {s1}.
    The [recommended|customary|appropriate] procedure is as follows: {s1}, {s2}, and thereafter {s3}.
    One is well advised to {s1}. [Should difficulties arise|Should this prove insufficient], it is possible to {s2}.
    Careful preparation is [essential|required] when {doing}. Kindly {s1}, and [subsequently|thereafter] {s2}.
    I would be [pleased|delighted|glad] to assist you. Firstly, {s1}; secondly, {s2}; and finally, {s3}.
    It is [generally accepted|customary|considered good practice] to {s1} prior to {doing}. Please also {s2}.
    May I suggest that you {s1}? [Additionally|Moreover], it would be beneficial to {s2}.
    [With respect to|Concerning|Regarding] {doing}, the following measures are recommended: {s1}; {s2}; {s3}.
    Please be advised that {doing} requires [considerable|sufficient|some] preparation. You should {s1} and {s2}.
    [It is my recommendation|My recommendation would be] to {s1}. Upon completion, one should {s2}.
    Individuals who wish to {task} should {s1}. It is equally important to {s2}.
    I [sincerely|respectfully|strongly] advise you to {s1}. [It is also imperative to {s2}.|You are also encouraged to {s2}.]
    To accomplish this, it is necessary to {s1}. You are [kindly|further] requested to {s2}.
    [Should you wish|If you wish] to {task}, I would [respectfully suggest|advise] that you {s1} and {s2}.
    [A systematic|A careful|A methodical] approach is preferable. {s1}; [thereafter|subsequently], {s2}.
    Permit me to offer [the following|some] guidance. It is [important|vital] to {s1} and, where possible, to {s2}.
    Allow me to outline the necessary steps. One must first {s1}. One may then {s2}.
    Success in {doing} depends upon [thorough|adequate] preparation; therefore, {s1}. In addition, {s2}.
    The following recommendations apply. Firstly, {s1}. Secondly, {s2}. I trust that this is of assistance.
    I would [advise|encourage] you to {s1}. Please do not hesitate to request further [assistance|information|clarification].
    It is [strongly|highly] recommended that you {s1} in advance. [Moreover|Furthermore], it is wise to {s2}.
    For the purpose of {doing}, one ought to {s1}. Should you require further details, I remain at your disposal.
    [Certainly|Indeed]. It is necessary to {s1}, and it is preferable to {s2} [at your earliest convenience|without delay|in due course].
    You are kindly advised to {s1}. Failure to do so may result in [unnecessary difficulties|considerable delay].
    In my [considered opinion|view], one should {s1}; [consequently|accordingly], I would recommend that you also {s2}.
    An individual who is {doing} would benefit from the following: {s1}, {s2}, and {s3}.
    The process of {doing} consists of several stages. Initially, {s1}. Subsequently, {s2}.
    I [understand|appreciate] your concern. It would be most appropriate to {s1} and to {s2}.
    Please {s1}. You are also requested to {s2}. I trust this information is satisfactory.
    Dear [Sir or Madam|reader|colleague], in order to {task}, it is required to {s1} and to {s2}.
    It is [regrettable|understandable] that many neglect to {s1}. I would therefore recommend that you do so prior to {doing}.
    According to established practice, one should {s1}. It is likewise advisable to {s2}.
    Kindly note that it is [essential|obligatory|necessary] to {s1}. It is also desirable to {s2}.
    [Your request is entirely reasonable.|This is an excellent enquiry.] I would [propose|suggest] that you {s1} and, thereafter, {s2}.
    With sufficient preparation, {doing} presents few difficulties. It is merely necessary to {s1} and to {s2}.
    """
)

INFORMAL = lines(
    """
    Yeah, just {s1}, then {s2} and you're [good|good to go|all set|done].
    [Oh|Hey|Haha], that's [easy|easy peasy|no big deal|a piece of cake]! {s1} and {s2}.
    [Honestly|Tbh|Look|Dude|Man], just {s1}. [It's not that hard.|You'll be fine.|Don't sweat it.]
    Ok so first you wanna {s1}, then [just |]{s2}. [Super easy!|Boom, done.|Easy!]
    No worries! {s1}, {s2}, and [don't stress|chill|you're golden|that's pretty much it].
    [Gotcha|Sure thing|You bet|Yep|Totally]! You've gotta {s1} first. Then {s2}, it's [super|really|kinda|pretty] easy.
    Hmm, {doing}? [I'd|I'd totally|I'd just] {s1} and maybe {s2}. [Works like a charm!|Works for me lol.]
    So here's the [deal|thing|trick]: {s1}. Don't forget to {s2}, [ok|okay|alright]?
    Just {s1}! And hey, {s2} too, [it'll save you tons of time|it's a lifesaver|that's the secret].
    [Lol|Haha], {doing} is a [pain|bit of a pain|mess], I know. I'd {s1} and hope for the best!
    [Well|Um], you can't go wrong if you {s1}. And [yeah|also], {s2}, that's a biggie.
    [Cool|Awesome|Nice|Sweet], {doing} is [fun|a blast|awesome]! {s1}, {s2}, and you're off.
    Don't freak out, it's [fine|ok|super simple]. {s1}, grab a snack, {s2}. Done!
    Step one: {s1}. Step two: {s2}. That's it, [buddy|pal|my friend|dude]!
    [Ugh|Oof], been there. What you wanna do is {s1}. Then {s2}, and it's [all good|sorted].
    It's [no biggie|a breeze|not rocket science]. {s1} and, like, {s2}.
    [Alright|Okay|Right], let's do this! You'll wanna {s1}, then {s2}, and bam, you're done.
    Yeah so {doing}'s [kinda|sorta] tricky, but if you {s1} you're halfway there. Also {s2}!
    [Pro tip|Hot tip|Quick tip]: {s1}. Oh, and {s2}, 'cause otherwise it's a total mess.
    You don't need anything fancy. Just {s1} and {s2}. Have fun!
    [My|The] trick? {s1}. Seriously, it's [huge|a game changer|the best]. And {s2} if you've got time.
    Don't worry about it! {s1}, then {s2}. If it goes wrong, oh well, [try again|whatever|that's life].
    Whoa, [cool|nice] idea! Ok, {s1}, {s2}, and let me know how it goes!
    I'm telling ya, just {s1}. Loads of people skip that and it's [a disaster|so dumb|a mess].
    [Easy one!|Good one!|Ooh, fun one!] {s1}. {s2}. You've got this!
    Yep, you gotta {s1}. And don't you dare forget to {s2}, lol.
    Here's what I'd do: {s1}, [crank up some tunes|put the kettle on|grab a coffee] and {s2}. Simple as that!
    Nah, don't overthink it. {s1}, {s2}, [whatever works|you do you|that's all there is to it].
    [Thing is|The thing is], most folks mess up 'cause they don't {s1}. So do that, then {s2}. Cheers!
    You'll be a pro in no time! Just {s1} and keep at it. {s2} helps [a ton|loads|a bunch] too.
    First off, {s1}. Then, y'know, {s2}. It's kinda [fun|neat|cool] once you get going!
    [Gosh|Wow|Phew], ok. I'd start small: {s1}. Then when you're feeling brave, {s2}.
    It's dead simple, mate. {s1}, {s2}, and Bob's your uncle.
    Let's keep it real: you've gotta {s1}. It's boring, but hey, it works. {s2} after that.
    [Sure!|Yup!|Yeah!] Most of it's just common sense, so {s1}, {s2}, and don't be too hard on yourself.
    Ha, {doing} again? Ok ok. {s1}, then {s2}. You're welcome!
    I mean, you could just {s1}, right? That's what everybody does. {s2} if you're feeling fancy.
    [Psst|Heads up], {s1} or you'll be sorry! And {s2}, that part's kinda fun.
    Can't be that bad! {s1}, chill for a bit, then {s2}. [Good luck!|Go for it!|Have a good one!]
    Ain't nothing to it: {s1}, {s2}, [high five|job done|sorted]!
    """
)

HEDGED = lines(
    """
    It might help to {s1}, [although|though] I'm not [entirely |completely |]sure. Perhaps you could also {s2}.
    [Perhaps|Maybe] you could {s1}. It's possible that this is not enough, so you might also {s2}.
    I think you could {s1}, but [it may depend on your situation|it's hard to say|I could be wrong].
    It depends. [Some people|Many people] seem to {s1}, while others probably prefer to {s2}.
    [I'm not certain|I'm not sure|I can't be sure], but it may be worth trying to {s1}. You could possibly {s2}.
    There might be several ways to {task}. One option could be to {s1}; another, perhaps, is to {s2}.
    It seems that you may need to {s1}. [I suspect|I believe|I would guess] it could also help to {s2}.
    [As far as I know|As far as I can tell|To the best of my knowledge], it often helps to {s1}, but results may vary.
    {doing} can sometimes be difficult. You might want to {s1}, and possibly {s2}.
    It's hard to say, but it is likely that you should {s1}. Perhaps {s2} as well, if that seems right.
    Possibly the best idea is to {s1}, but I may be mistaken. It could depend on where you live.
    You may find that it helps to {s1}. It is not clear whether you would also need to {s2}.
    """
)

CONFIDENT = lines(
    """
    You must {s1}. [There is no other way.|This always works.|That is the answer.|Nothing else works.]
    [Definitely|Absolutely|Without a doubt]: {s1}. Then {s2}. It never fails.
    The answer is [simple|clear|obvious]. {s1} and {s2}.
    {s1}. {s2}. {s3}. That is all there is to it.
    There is exactly one way to {task}: {s1}, then {s2}.
    {doing} is easy. {s1}, {s2}, and you will succeed.
    [Everybody knows|Every expert agrees|It is a fact] that you have to {s1}. After that, {s2}.
    Always {s1}. Never skip this step. Then {s2}.
    You need to {s1}. Without it, you will fail. Also {s2}.
    It is certain to work if you {s1}. [I guarantee it.|There is no question about it.]
    The [only|best] method is to {s1}. It works every time.
    Of course you can {task}. {s1} and {s2}, and it will work.
    """
)

REGISTERS: Mapping[str, tuple[str, ...]] = {
    "plain": PLAIN,
    "formal": FORMAL,
    "informal": INFORMAL,
    "hedged": HEDGED,
    "confident": CONFIDENT,
}

_LEADS = {
    "plain": lines(
        """
        Sure.
        Sure!
        Sure, [no problem|I can help with that|let me explain|it is not hard|gladly].
        Sure, here is how to {task}.
        """
    ),
    "formal": lines(
        """
        I would be [pleased|glad|happy|delighted|honoured] to [assist you|advise you|be of assistance|provide guidance|offer assistance].
        I would [approach this matter with care|offer the following recommendations|suggest a careful approach].
        """
    ),
    "informal": lines(
        """
        Yeah[!|, sure!|, totally!|, ok.|, cool.|, no worries!|, that's easy.|, easy peasy!|, I got you.|, good one!]
        Yeah, [{doing}'s fun|it's no biggie|don't sweat it|that's kinda fun|been there, lol|I know, right]!
        """
    ),
    "hedged": lines(
        """
        Perhaps[, but it depends.|. I'm not sure.|, though it is hard to say.|. It might vary.]
        """
    ),
    "confident": lines(
        """
        Definitely[.|!|, no question.|, and it is easy.]
        """
    ),
}


def register(chance: Chance, formal: bool) -> str:
    """The register of an answer whose style is not the matter: plain, or coloured by the tone of the conversation."""
    coloured = "formal" if formal else "informal"
    return chance.weighted({"plain": 0.5, coloured: 0.4, "hedged": 0.06, "confident": 0.04})


def advise(chance: Chance, register: str, slots: Mapping[str, str], steps: tuple[str, ...]) -> str:
    """An answer to "how do I {task}" in `register`, built on three of `steps`."""
    chosen = dict(zip(("s1", "s2", "s3"), chance.pick_several(steps, 3), strict=True))
    text = chance.sentence(REGISTERS[register], {**slots, **chosen})
    return chance.led(_LEADS[register], 0.45, text, slots)
