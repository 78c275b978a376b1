package finding

import "fmt"

// ruleNeverStruck tells of a case in which nothing went wrong after all.
func ruleNeverStruck(v *view) []Finding {
	if v.Case.Deny == "" && v.Case.Faults == "" || v.Baselines == nil {
		return nil
	}
	for _, e := range v.arrived {
		switch {
		case v.Case.Faults != "" && len(strikes(e)) > 0:
			return nil
		case v.Case.Deny != "" && (refused(e) || len(e.Refused) > 0 || e.Denied() != nil) && !v.known.usual(e):
			return nil
		}
	}
	how := v.Case.Deny + v.Case.Faults
	return []Finding{{Text: fmt.Sprintf("no request met what %s does to it: the case says nothing", how)}}
}
