package kms

import (
	"crypto/sha256"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type keyLastUsageOutput struct {
	KeyId             string
	KeyCreationDate   float64
	TrackingStartDate float64
	KeyLastUsage      keyLastUsage
}

// keyLastUsage is empty where no use is known.
type keyLastUsage struct {
	Timestamp         float64 `json:",omitempty"`
	Operation         string  `json:",omitempty"`
	KmsRequestId      string  `json:",omitempty"`
	CloudTrailEventId string  `json:",omitempty"`
}

func getKeyLastUsage(c *awsapi.Call, in *keyInput) (*keyLastUsageOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	if err != nil {
		return nil, err
	}
	out := &keyLastUsageOutput{
		KeyId: key.ID, KeyCreationDate: awsapi.Epoch(key.Created), TrackingStartDate: awsapi.Epoch(key.TrackedSince()),
	}
	if u, ok := c.Moment.Uses.Tracked(key); ok {
		out.KeyLastUsage = keyLastUsage{
			Timestamp: awsapi.Epoch(u.At), Operation: u.Operation,
			KmsRequestId: useID("request", key, u), CloudTrailEventId: useID("event", key, u),
		}
	}
	return out, nil
}

// useID is an id of the request that used a key. What S3 asks of KMS has no journal, so
// it is derived.
func useID(of string, key *world.Key, u world.KeyUse) string {
	sum := sha256.Sum256([]byte(of + "\x00" + key.ARN + "\x00" + u.Operation + "\x00" + u.At.Format(time.RFC3339Nano)))
	return world.UUID([16]byte(sum[:16]))
}
