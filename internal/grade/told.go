package grade

import (
	"encoding/json"

	"github.com/s3fault/s3fault/journal"
)

// told are answers as the grade tells them.
func told(answers []Answer) []journal.Answered {
	all := make([]journal.Answered, len(answers))
	for i, a := range answers {
		all[i] = journal.Answered{Call: callOf(a), Want: a.Want.Status, Saw: a.Saw}
		if a.Want.Status == 0 || a.Want.Status == a.Saw {
			all[i].Differs = a.Differs // else the status says it all
		}
	}
	return all
}

// callOf is a call as the scenario file has it, without what is wanted of it.
func callOf(a Answer) json.RawMessage {
	var members map[string]json.RawMessage
	text, err := json.Marshal(a.Call)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		return json.RawMessage("{}") // a Call is always written
	}
	for _, name := range []string{"want", "wants", "times", "save"} {
		delete(members, name)
	}
	text, _ = json.Marshal(members)
	return text
}
