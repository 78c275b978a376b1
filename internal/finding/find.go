package finding

// finders are all findings, in the order in which they are told. Each is a function of the
// run alone; nil: it found nothing.
var finders = []struct {
	kind  Kind
	means string // what it tells, for reports and docs
	find  func(*Run) []Finding
}{
	{Hang, "it had not ended when its time was over", hang},
	{SilentExit, "it ended with an error and printed nothing at all", silentExit},
}

// Of is what is found in a run: Good alone where nothing is.
func Of(r *Run) []Finding {
	var all []Finding
	for _, f := range finders {
		for _, found := range f.find(r) {
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
