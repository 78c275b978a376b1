package finding

// finders are all findings, in the order in which they are told. Each is a function of the
// run alone; nil: it found nothing.
var finders = []struct {
	kind  Kind
	means string // what it tells, for reports and docs
	find  func(*view) []Finding
}{
	{LostWrite, "a write or delete was refused, struck or cut, nothing later made it good, " +
		"and the program ended with 0", lostWrite},
	{WrongBytes, "an object is not what the program sent last under that key; or it ended with 0, " +
		"and an object that both baselines agree on is another", wrongBytes},
	{BadRead, "an answer to a read broke off, was changed on its way or never came, " +
		"nothing read again what it lacked, and the program ended with 0", badRead},
	{IgnoredRefusal, "a request was refused, nothing later got what it was to get, " +
		"and the program ended with 0", ignoredRefusal},
	{PointlessRetry, "the same was asked again after an answer that no retry can cure", pointlessRetry},
	{RetryWithoutCap, "more than 10 attempts of one request", retryWithoutCap},
	{RetryWithoutDelay, "three or more attempts of one request in a row without a pause between them", retryWithoutDelay},
	{NoRetry, "a 500, 502, 503 or 504, or a connection that broke before an answer, " +
		"was final at the first attempt", noRetry},
	{UnsafeRetry, "a write whose answer was lost was made again, and the program failed for what it met, " +
		"its own work; or it was written again under another key", unsafeRetry},
	{LeftBehind, "multipart uploads were neither completed nor aborted, beyond those of the baselines", leftBehind},
	{Hang, "the program had not ended when its time was over", hang},
	{Crash, "the program was ended by a signal, or by a panic or traceback that does not name what went wrong", crash},
	{SilentExit, "the program ended with an error and printed nothing at all", silentExit},
	{RuleNeverStruck, "nothing went wrong after all: the case says nothing", ruleNeverStruck},
	{CannotSay, "it may be one of these, and the record does not tell; says what is missing", cannotSay},
}

// Of is what is found in a run: Good alone where nothing is.
func Of(r *Run) []Finding {
	var all []Finding
	v := look(r)
	for _, f := range finders {
		for _, found := range f.find(v) {
			found.Kind = f.kind
			all = append(all, found)
		}
	}
	if len(all) == 0 {
		return []Finding{{Kind: Good, Text: "nothing was found"}}
	}
	return all
}

// Kinds are all kinds of findings, in the order in which they are told, Good the last.
func Kinds() []Kind {
	var all []Kind
	for _, f := range finders {
		all = append(all, f.kind)
	}
	return append(all, Good)
}

// Means says what a finding of the kind tells; empty: there is no such kind.
func (k Kind) Means() string {
	for _, f := range finders {
		if f.kind == k {
			return f.means
		}
	}
	if k == Good {
		return "none of these"
	}
	return ""
}
