package kms

import (
	"strconv"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// Which states hinder which calls: KMS Developer Guide, "Key states of AWS KMS
// keys".

// notPending refuses what cannot be done to a key that is going to be deleted.
func notPending(k *world.Key) error {
	if k.State == world.KeyPendingDeletion || k.State == "PendingReplicaDeletion" {
		return invalidState("%s is pending deletion.", k.ARN)
	}
	return nil
}

// hasMaterial refuses what also needs a key that has its key material.
func hasMaterial(k *world.Key) error {
	if k.State == world.KeyPendingImport {
		return invalidState("%s is pending import.", k.ARN)
	}
	return notPending(k)
}

// usable refuses what only an enabled key is good for.
func usable(k *world.Key) error {
	if k.State == world.KeyDisabled {
		return awsapi.Refuse("DisabledException", "%s is disabled.", k.ARN)
	}
	return hasMaterial(k)
}

func invalidState(format string, args ...any) error {
	return awsapi.Refuse("KMSInvalidStateException", format, args...)
}

func enableKey(c *awsapi.Call, in *keyInput) (*awsapi.Nothing, error) {
	return setState(c, in, world.KeyEnabled)
}

func disableKey(c *awsapi.Call, in *keyInput) (*awsapi.Nothing, error) {
	return setState(c, in, world.KeyDisabled)
}

func setState(c *awsapi.Call, in *keyInput, state string) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) error {
		if err := hasMaterial(k); err != nil {
			return err
		}
		*k = *k.Rotated(c.Now)
		if k.State = state; state == world.KeyEnabled {
			k.Resume(c.Now)
		}
		return nil
	})
}

type scheduleDeletionInput struct {
	KeyId               string `aws:",required"`
	PendingWindowInDays *int
}

// days is how long the key is to wait.
func (in *scheduleDeletionInput) days() int {
	if in.PendingWindowInDays == nil {
		return mostDays
	}
	return *in.PendingWindowInDays
}

// checkScheduleKeyDeletion asks with the days, those too that the call leaves to KMS
// [unsure].
func checkScheduleKeyDeletion(c *awsapi.Call, in *scheduleDeletionInput) ([]*authz.Request, error) {
	return checkNamed(c, in.KeyId, byKey, ownAccount, awsapi.Key{
		Name: "kms:ScheduleKeyDeletionPendingWindowInDays", Values: []string{strconv.Itoa(in.days())},
	})
}

type scheduleDeletionOutput struct {
	KeyId               string
	DeletionDate        float64
	KeyState            string
	PendingWindowInDays int
}

// The days that a key waits for its deletion (KMS API Reference,
// "ScheduleKeyDeletion").
const (
	leastDays = 7
	mostDays  = 30
)

func scheduleKeyDeletion(c *awsapi.Call, in *scheduleDeletionInput) (*scheduleDeletionOutput, error) {
	days := in.days()
	switch {
	case days < leastDays:
		return nil, c.Invalid("PendingWindowInDays", days, "Member must have value greater than or equal to 7")
	case days > mostDays:
		return nil, c.Invalid("PendingWindowInDays", days, "Member must have value less than or equal to 30")
	}
	var out scheduleDeletionOutput
	_, err := edit(c, in.KeyId, func(k *world.Key) error {
		if err := notPending(k); err != nil {
			return err
		}
		*k = *k.Rotated(c.Now)
		k.State, k.DeletionDate = world.KeyPendingDeletion, c.Now.AddDate(0, 0, days)
		out = scheduleDeletionOutput{k.ARN, awsapi.Epoch(k.DeletionDate), k.State, days}
		return nil
	})
	return &out, err
}

type cancelDeletionOutput struct {
	KeyId string
}

// cancelKeyDeletion leaves the key disabled.
func cancelKeyDeletion(c *awsapi.Call, in *keyInput) (*cancelDeletionOutput, error) {
	var out cancelDeletionOutput
	_, err := edit(c, in.KeyId, func(k *world.Key) error {
		if k.State != world.KeyPendingDeletion {
			return invalidState("%s is not pending deletion.", k.ARN)
		}
		k.State = world.KeyDisabled
		k.DeletionDate = time.Time{}
		out.KeyId = k.ARN
		return nil
	})
	return &out, err
}
