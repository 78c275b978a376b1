package threads

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// waiting are the threads of the list that cannot be played yet: what their programs ask
// for, what they are answered until then, and the issue that is to bring it.
var waiting = []struct {
	id    string
	issue int
	ask   request
	until answer
}{
	// A file that has a directory bucket is refused: scenarios, TestBadFiles.
	{"24-19 awslabs/mountpoint-s3#1076", 13, listDirectory,
		answer{501, "NotImplemented", "s3fault has no directory buckets"}},
}

// TestWaitingThreads fails where a thread need not wait any longer: then it is a row of
// posted.
func TestWaitingThreads(t *testing.T) {
	for _, row := range waiting {
		t.Run(row.id, func(t *testing.T) {
			p := &program{t: t, srv: emulatortest.Start(t, "plain"), as: "app"}
			p.refused(row.ask, row.until)
		})
	}
}

// listDirectory begins as the SDK does to list a directory bucket.
func listDirectory(p *program) error {
	_, err := p.s3().CreateSession(background, &s3.CreateSessionInput{Bucket: aws.String("acme--use1-az4--x-s3")})
	return err
}
