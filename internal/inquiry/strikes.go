package inquiry

import "github.com/s3fault/s3fault/journal"

// strikes are the names of the fault rules that struck a request.
func strikes(e *journal.Entry) (names []string) {
	for _, f := range e.Faults {
		names = append(names, f.Rule)
	}
	if names == nil && e.Fault != nil {
		names = []string{e.Fault.Rule}
	}
	return names
}
