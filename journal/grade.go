package journal

import "encoding/json"

// Grade says whether the cure that somebody made in a world is a good one.
type Grade struct {
	Verdict Mark `json:"verdict"`
	// Fixed says that everything in AfterFix is answered as wanted.
	Fixed       bool       `json:"fixed"`
	AfterFix    []Answered `json:"after_fix"`    // the calls that must pass, as they are answered now
	StillDenied []Answered `json:"still_denied"` // those that must be refused
	// Opened are deeds that are possible now, and were possible neither in the world as loaded
	// nor under the scenario's own fix; Closed those that were possible as loaded, are not now,
	// and would be under that fix.
	Opened []Deed `json:"opened"`
	Closed []Deed `json:"closed"`
	// Asked is how many deeds were held against each other. Of others nothing is known.
	Asked    int      `json:"asked"`
	Smallest Smallest `json:"smallest"`
}

// Mark is what a Grade comes to.
type Mark string

// The marks.
const (
	Good           Mark = "good"
	TooWide        Mark = "too-wide"        // something else is possible now, whether it is Fixed or not
	NotFixed       Mark = "not-fixed"       // what must pass does not
	BrokeSomething Mark = "broke-something" // it is fixed, and something is not possible any more
)

// Answered is a call of a scenario as it is answered in a world.
type Answered struct {
	Call json.RawMessage `json:"call"` // as the scenario file has it, without its want
	Want int             `json:"want"` // the status that was wanted; 0: none in particular
	Saw  int             `json:"saw"`  // the status that came; 0: none
	// Differs is what else is not as wanted, where the status is.
	Differs []string `json:"differs,omitempty"`
}

// Smallest is the scenario's own cure.
type Smallest struct {
	Patch json.RawMessage `json:"patch"` // a JSON merge patch of the world; null: the cure is in the program
	Words string          `json:"words"`
}
