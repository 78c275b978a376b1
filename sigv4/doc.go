// Package sigv4 reads, proves and makes AWS request signatures over an
// *http.Request: Signature Version 4 in the Authorization header, in the query
// and in POST forms, with every payload mode that Amazon S3 accepts, and
// Signature Version 2 for the clients that still presign with it.
//
// Verification is two calls with a look-up between them. Parse says who claims
// to have signed and refuses what is malformed; the caller finds that key's
// secret; Presented.Verify proves the claim and returns the reader that checks
// the body while it is read:
//
//	p, err := sigv4.Parse(r)
//	if err != nil || p == nil { ... } // p == nil: nobody claims to have signed
//	secret := lookUp(p.AccessKeyID)
//	body, err := p.Verify(r, sigv4.Key{Secret: secret, Now: now})
//
// A refusal is an *Error, with a Reason and the facts that an answer needs; its
// words belong to whoever answers. The reasons are those of s3-errors.md 1, in
// docs/facts.
//
// Signing (Sign, Presign, SignChunks, SignV2, PresignV2, SignForm) uses the
// same canonical forms as verification. The package has no clock: the time is
// always an argument. All that it keeps between calls is the signing keys that the
// process needed last, at most 2048 of them, for a key costs as much as the rest of
// Verify; what a key was derived from is kept as a salted hash only.
package sigv4
