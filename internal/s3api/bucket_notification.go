package s3api

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// notifiable refuses destinations that S3 cannot tell of the bucket. Whether they are
// there, and take the bucket's messages, nobody knows here: no world has topics, queues or
// functions, so that all are taken for good ones (interface.md "Notifications").
func notifiable(_ *Call, b *world.Bucket, n *world.Notification) error {
	for i := range n.Destinations {
		arn := strings.SplitN(n.Destinations[i].ARN, ":", 6)
		name := map[string]string{"sns": "Topic", "sqs": "Queue", "lambda": "CloudFunction"}[arn[2]]
		switch {
		case arn[3] != b.Region:
			return s3err.Argument(
				"The notification destination service region is not valid for the bucket location constraint",
				name, n.Destinations[i].ARN)
		case arn[2] == "sqs" && strings.HasSuffix(arn[5], ".fifo"): // the words [unsure]
			return s3err.Argument("FIFO SQS queues are not supported.", name, n.Destinations[i].ARN)
		}
	}
	return nil
}
