package s3err

import "testing"

func BenchmarkAnswer(b *testing.B) {
	e := New(AccessDenied).WithMessage(`User: arn:aws:iam::123456789012:user/my-user is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::my-bucket/file.txt" because no identity-based policy allows the s3:GetObject action`)
	b.ReportAllocs()
	for b.Loop() {
		_, _, body := e.Answer(testRequestID, testHostID)
		body.Close()
	}
}

func BenchmarkIDs(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewIDs()
	}
}
