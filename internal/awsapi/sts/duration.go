package sts

import (
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// tooLong refuses a session that is to last longer than its role lets one.
func tooLong(role *world.Role, lasts time.Duration, most int32) error {
	refusal := awsapi.Refuse("ValidationError",
		"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	k := overlong("the role's sessions last "+decimal(most)+" seconds at most (MaxSessionDuration)", lasts, most)
	k.Cures = append(k.Cures, cause.Cure("or let the role's sessions last that long.",
		cause.Command("aws", "iam", "update-role", "--role-name", role.Name,
			"--max-session-duration", decimal(seconds(lasts)))))
	return cause.Explain(refusal, k)
}

// chainedTooLong refuses a session of more than an hour to another session.
func chainedTooLong(lasts time.Duration) error {
	refusal := awsapi.Refuse("ValidationError",
		"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	k := overlong("a session that another session makes lasts an hour at most, whatever the role's MaxSessionDuration",
		lasts, hour)
	k.Cures = append(k.Cures, cause.Cure("or assume the role with the keys of a user, or by web identity."))
	return cause.Explain(refusal, k)
}

// overlong is the cause of both.
func overlong(text string, lasts time.Duration, most int32) journal.Cause {
	return journal.Cause{
		Text: text, Element: "DurationSeconds", Wanted: decimal(most), Seen: decimal(seconds(lasts)),
		Cures: []journal.Change{cause.Cure("ask for " + decimal(most) +
			" seconds at most (--duration-seconds " + decimal(most) + ").")},
	}
}

func seconds(d time.Duration) int32 { return int32(d / time.Second) }
