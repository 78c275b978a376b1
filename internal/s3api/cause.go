package s3api

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/journal"
)

// causeOf is why the operation refused: what the refusal carries from where it was found,
// or what its code, its elements and the world tell; nil: the decisions say it.
func (c *Call) causeOf(err error, refused *s3err.Error) *journal.Cause {
	if carried := cause.Of(err); carried != nil {
		return carried
	}
	if refused.Header.Get(exchange.LacksHeader) != "" {
		return nil // S3 would have no reason
	}
	k := told(refused)
	if find := finders[refused.Code]; find != nil && c.Moment != nil {
		find(c, &k)
	}
	if k.Text == "" {
		return nil
	}
	return cause.Bound(&k)
}

// finders find what the world tells of a refusal, by its code. They are asked once the
// answer is clear, of the world that the call was decided on.
var finders = map[s3err.Code]func(*Call, *journal.Cause){
	s3err.PreconditionFailed:                  unmet,
	s3err.NotModified:                         unmet,
	s3err.BucketNotEmpty:                      inTheBucket,
	s3err.NoSuchUpload:                        goneUpload,
	s3err.InvalidPart:                         itsParts,
	s3err.EntityTooLarge:                      tooLarge,
	s3err.EntityTooSmall:                      tooSmall,
	s3err.NoSuchBucket:                        nearestBucket,
	s3err.BucketAlreadyExists:                 anotherName,
	s3err.InvalidBucketACLWithObjectOwnership: withoutBucketACL,
	s3err.MethodNotAllowed:                    notThere,
	s3err.NoSuchKey:                           nearestKey,
	s3err.NoSuchVersion:                       itsVersions,
	s3err.InvalidObjectState:                  archived,
	s3err.InvalidStorageClass:                 nearestClass,
	s3err.KeyTooLongError:                     shorterKey,
	s3err.BadDigest:                           changedBytes,
	s3err.InvalidDigest:                       howMD5,
}

// The elements of an error by what they are of a cause. Where there are several the first
// that the error has counts.
var (
	elementNames = []string{"ArgumentName", "Header", "MissingHeaderName", "Condition", "TagKey", "PartNumber", "Key"}
	wantedNames  = []string{
		"MaxSizeAllowed", "MinSizeAllowed", "MaxPostPreDataLengthBytes", "ExpectedDigest", "ClientComputedContentSHA256",
		"ActualObjectSize", "ActualPartCount", "Region", "Endpoint",
	}
	seenNames = []string{
		"ArgumentValue", "ProposedSize", "Size", "BadChunkSize", "CalculatedDigest", "S3ComputedContentSHA256",
		"Content-MD5", "RangeRequested", "PartNumberRequested", "StorageClassRequested", "LocationConstraint", "ETag",
		"UploadId", "VersionId", "TagValue", "StorageClass",
	}
)

// told is what a refusal says by itself.
func told(refused *s3err.Error) journal.Cause {
	first := func(names []string) string {
		for _, name := range names {
			if i := slices.IndexFunc(refused.Extras, func(x s3err.Extra) bool { return x.Key == name }); i >= 0 {
				return refused.Extras[i].Value
			}
		}
		return ""
	}
	text := refused.Code.Decides()
	if text != "" && refused.Message != "" && refused.Message != s3err.New(refused.Code).Message {
		text += " (" + strings.TrimSuffix(refused.Message, ".") + ")"
	}
	return journal.Cause{Text: text, Element: first(elementNames), Wanted: first(wantedNames), Seen: first(seenNames)}
}
