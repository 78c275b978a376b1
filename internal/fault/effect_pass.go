package fault

const passName = "pass"

// Pass lets a request be, where it is its turn in a list of effects. Rules behind it have
// lost theirs all the same.
var Pass Effect = pass{}

type pass struct{}

func (pass) Name() string { return passName }
