package kms

import (
	"fmt"
	"strconv"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/keymaterial"
	"github.com/s3fault/s3fault/internal/world"
)

type rotationStatusOutput struct {
	KeyId                string `json:",omitempty"`
	KeyRotationEnabled   bool
	NextRotationDate     float64 `json:",omitempty"`
	RotationPeriodInDays int     `json:",omitempty"`
}

// getKeyRotationStatus tells false of keys that cannot be rotated, HMAC and asymmetric ones
// among them, or Terraform's provider could make none; and while a key waits for its
// deletion (KMS API Reference, "GetKeyRotationStatus").
func getKeyRotationStatus(c *awsapi.Call, in *keyInput) (*rotationStatusOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	if err != nil {
		return nil, err
	}
	out := &rotationStatusOutput{KeyRotationEnabled: key.Rotation.Days > 0 && notPending(key) == nil}
	if !c.State().Answers.Has(world.KeyRotationFlexible) {
		return out, nil
	}
	out.KeyId = key.ID
	if out.KeyRotationEnabled {
		_, next := key.RotationsBy(c.Now)
		out.NextRotationDate, out.RotationPeriodInDays = awsapi.Epoch(next), key.Rotation.Days
	}
	return out, nil
}

type enableRotationInput struct {
	KeyId                string `aws:",required"`
	RotationPeriodInDays *int
}

// days is the period, which was one year before it could be chosen.
func (in *enableRotationInput) days(c *awsapi.Call) int {
	if in.RotationPeriodInDays == nil || !c.State().Answers.Has(world.KeyRotationFlexible) {
		return world.UsualRotationDays
	}
	return *in.RotationPeriodInDays
}

func checkEnableKeyRotation(c *awsapi.Call, in *enableRotationInput) ([]*authz.Request, error) {
	days := in.days(c)
	if in.RotationPeriodInDays == nil {
		return checkNamed(c, in.KeyId, byKey, ownAccount)
	}
	period := awsapi.Key{Name: "kms:RotationPeriodInDays", Values: []string{strconv.Itoa(days)}}
	return checkNamed(c, in.KeyId, byKey, ownAccount, period)
}

// enableKeyRotation counts the period from now, also where it only changes it [unsure].
func enableKeyRotation(c *awsapi.Call, in *enableRotationInput) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) error {
		if err := rotates(k); err != nil {
			return err
		}
		*k = *k.Rotated(c.Now)
		if days := in.days(c); days != k.Rotation.Days {
			k.Rotation.Days, k.Rotation.Next = days, c.Now.AddDate(0, 0, days)
		}
		return nil
	})
}

func disableKeyRotation(c *awsapi.Call, in *keyInput) (*awsapi.Nothing, error) {
	return edit(c, in.KeyId, func(k *world.Key) error {
		if err := rotates(k); err != nil {
			return err
		}
		k.Rotation = world.KeyRotation{Past: k.Rotated(c.Now).Rotation.Past}
		return nil
	})
}

// rotates refuses a key that cannot be rotated, or not as it is now.
func rotates(k *world.Key) error {
	switch {
	case k.Encrypts() && k.Origin != world.OriginKMS:
		return awsapi.Refuse("UnsupportedOperationException",
			"%s origin is %s which is not valid for this operation.", k.ARN, k.Origin)
	case k.Encrypts() && !k.Rotates():
		return awsapi.Refuse("UnsupportedOperationException",
			"%s is a multi-Region replica key: rotate its primary key.", k.ARN) // [unsure]
	}
	if err := usable(k); err != nil {
		return err
	}
	if !k.Encrypts() {
		return awsapi.Refuse("UnsupportedOperationException", "")
	}
	return nil
}

type rotateOutput struct{ KeyId string }

func rotateKeyOnDemand(c *awsapi.Call, in *keyInput) (*rotateOutput, error) {
	out := &rotateOutput{}
	_, err := edit(c, in.KeyId, func(k *world.Key) error {
		if err := rotates(k); err != nil {
			return err
		}
		most := world.MaxOnDemandRotationsFirst
		if c.State().Answers.Has(world.KeyMaterialsNamed) {
			most = world.MaxOnDemandRotations
		}
		if k.Rotation.OnDemandRotations() >= most {
			return awsapi.Refuse("LimitExceededException",
				"The on-demand rotations limit has been reached for the given keyId. "+
					"No more on-demand rotations can be performed for this key: %s", k.ARN)
		}
		*k = *k.Rotated(c.Now)
		past := k.Rotation.Past
		k.Rotation.Past = append(past[:len(past):len(past)], world.Rotation{At: c.Now, OnDemand: true})
		out.KeyId = k.ID
		return nil
	})
	return out, err
}

type listRotationsInput struct {
	KeyId              string `aws:",required"`
	IncludeKeyMaterial string
	piece
}

type rotationsListEntry struct {
	KeyId            string
	KeyMaterialId    string  `json:",omitempty"`
	KeyMaterialState string  `json:",omitempty"`
	RotationDate     float64 `json:",omitempty"`
	RotationType     string  `json:",omitempty"`
	place            string
}

type listRotationsOutput struct {
	Rotations []rotationsListEntry
	more
}

const allMaterial = "ALL_KEY_MATERIAL"

func checkListKeyRotations(c *awsapi.Call, in *listRotationsInput) ([]*authz.Request, error) {
	return checkNamed(c, in.KeyId, byKey, ownAccount)
}

func listKeyRotations(c *awsapi.Call, in *listRotationsInput) (*listRotationsOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	switch {
	case err != nil:
		return nil, err
	case !key.Encrypts():
		return nil, awsapi.Refuse("UnsupportedOperationException", "")
	}
	all := rotationsOf(c, key, in.IncludeKeyMaterial == allMaterial)
	rotations, more, err := page(c, all, func(e *rotationsListEntry) string { return e.place }, &in.piece, 100, maxLimit)
	return &listRotationsOutput{list(rotations), more}, err
}

// rotationsOf are the key's rotations, the oldest first; where all material is wanted, that
// which no rotation made stands before them.
func rotationsOf(c *awsapi.Call, key *world.Key, wantsAll bool) []rotationsListEntry {
	past, _ := key.RotationsBy(c.Now)
	named := c.State().Answers.Has(world.KeyMaterialsNamed)
	var all []rotationsListEntry
	for i := range len(past) + 1 {
		if i == 0 && !(wantsAll && named) {
			continue
		}
		e := rotationsListEntry{KeyId: key.ID, place: fmt.Sprintf("%09d", i)}
		if i > 0 {
			e.RotationDate, e.RotationType = awsapi.Epoch(past[i-1].At), "AUTOMATIC"
			if past[i-1].OnDemand {
				e.RotationType = "ON_DEMAND"
			}
		}
		if named {
			e.KeyMaterialId, e.KeyMaterialState = keymaterial.ID(keymaterial.Of(key), i), "NON_CURRENT"
			if i == len(past) {
				e.KeyMaterialState = "CURRENT"
			}
		}
		all = append(all, e)
	}
	return all
}
