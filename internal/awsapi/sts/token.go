package sts

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/minting"
	"github.com/s3fault/s3fault/internal/world"
)

// tokenInput is what every call that makes a session takes of its token.
type tokenInput struct {
	MinimumSessionTokenSize *int32
}

// tokenSize is what such a call tells of it; nothing before the day on which AWS began
// to.
type tokenSize struct {
	SessionTokenSize        int `xml:",omitempty"` // bytes
	SessionTokenUtilization int `xml:",omitempty"` // per cent of maxToken
}

// packedSize is tokenSize, and the same as the calls told it before.
type packedSize struct {
	// PackedPolicySize is how much of what a session may carry is used up, in per cent.
	PackedPolicySize int `xml:",omitempty"`
	tokenSize
}

func packedOf(document string, size tokenSize) packedSize {
	if size.SessionTokenSize > 0 {
		return packedSize{size.SessionTokenUtilization, size}
	}
	return packedSize{PackedPolicySize: packed(document)}
}

// packed is what a session policy takes of the room for one, in per cent of 2,048
// characters.
func packed(document string) int { return (len(document)*100 + 2047) / 2048 }

// maxToken is how many bytes a session token may have (STS API Reference,
// "AssumeRole", MinimumSessionTokenSize).
const maxToken = 4096

// readMinimum holds the size that a call asks for to its bounds.
func (in *tokenInput) readMinimum(c *awsapi.Call) error {
	if in.MinimumSessionTokenSize == nil || !c.State().Answers.Has(world.SessionTokenSizes) {
		return nil
	}
	switch n := *in.MinimumSessionTokenSize; { // the model has it since a day, and the table has no days
	case n < 0:
		return c.Invalid("MinimumSessionTokenSize", n, "Member must have value greater than or equal to 0")
	case n > maxToken:
		return c.Invalid("MinimumSessionTokenSize", n, "Member must have value less than or equal to "+decimal(maxToken))
	}
	return nil
}

// token makes a session's token, which nobody can guess. It is as long as what it
// would carry at AWS takes, and as the call asks for.
func (in *tokenInput) token(c *awsapi.Call, s *world.Caller) (string, tokenSize, error) {
	if !c.State().Answers.Has(world.SessionTokenSizes) {
		return minting.Token(minting.Bare), tokenSize{}, nil
	}
	behind := minting.Bare + carried(s)
	if in.MinimumSessionTokenSize != nil {
		behind = max(behind, (int(*in.MinimumSessionTokenSize)+3)/4*3)
	}
	size := base64.StdEncoding.EncodedLen(behind)
	if size > maxToken {
		// The words are not known. [unsure]
		return "", tokenSize{}, awsapi.Refuse("PackedPolicyTooLarge", "The session token size of %d bytes exceeds the maximum allowed size of %d bytes.", size, maxToken)
	}
	return minting.Token(behind), tokenSize{size, (size*100 + maxToken - 1) / maxToken}, nil
}

// carried is how many bytes the policies, tags and source identity of a session take,
// compressed as STS compresses them.
func carried(s *world.Caller) int {
	var text strings.Builder
	for _, p := range slices.Concat(policies(s.SessionPolicy), s.ScopedPolicies) {
		text.WriteString(p.Policy.Source())
	}
	text.WriteString(strings.Join(s.SessionManaged, ""))
	for _, key := range slices.Sorted(maps.Keys(s.SessionTags)) {
		text.WriteString(key + s.SessionTags[key])
	}
	text.WriteString(s.SourceIdentity)
	if text.Len() == 0 {
		return 0
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	// Nothing that is written to memory fails.
	_, _ = w.Write([]byte(text.String()))
	_ = w.Close()
	return b.Len()
}

func policies(p *authz.Named) []authz.Named {
	if p == nil {
		return nil
	}
	return []authz.Named{*p}
}
