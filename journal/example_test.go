package journal_test

import (
	"encoding/json"
	"fmt"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// A request whose second question was answered with a no, as the control plane tells it
// and as a program reads it back.
func Example() {
	text, err := json.Marshal(journal.Entry{
		RequestID: "4442587FB7D0A2F9", Operation: "CopyObject", Status: 403, Code: "AccessDenied",
		Decisions: []authz.Decision{
			{Action: "s3:GetObject", Resource: "arn:aws:s3:::from/a.txt", Verdict: authz.Allowed},
			{Action: "s3:PutObject", Resource: "arn:aws:s3:::to/a.txt", Verdict: authz.ImplicitlyDenied, Cause: authz.Identity},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	var entry journal.Entry
	if err := json.Unmarshal(text, &entry); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(entry.Operation, "was answered with", entry.Status, entry.Code)
	if d := entry.Denied(); d != nil {
		fmt.Println(d.Action, "on", d.Resource, "was denied by", d.Cause)
	}
	// Output:
	// CopyObject was answered with 403 AccessDenied
	// s3:PutObject on arn:aws:s3:::to/a.txt was denied by identity
}
