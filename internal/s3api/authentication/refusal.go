package authentication

import (
	"errors"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// Refusal is S3's answer to a request whose signer, form or body sigv4 refuses.
func Refusal(refused error, answers world.Answers) *s3err.Error {
	e, ok := errors.AsType[*sigv4.Error](refused)
	if !ok || hidden(e, answers) {
		return s3err.New(s3err.AccessDenied)
	}
	row, ok := rows[e.Reason]
	if !ok {
		return s3err.New(s3err.AccessDenied)
	}
	return row.err(e)
}

// hidden says that S3 does not tell that the session behind a presigned URL has expired.
func hidden(e *sigv4.Error, answers world.Answers) bool {
	return e.Reason == sigv4.TokenExpired && e.Location == sigv4.Query &&
		answers.Has(world.PresignedCredentialsAccessDenied)
}

// NoticedFirst says that S3 gives the refusal before it compares regions.
func NoticedFirst(r sigv4.Reason) bool { return rows[r].first }
