package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

func TestRequestPaymentIsSet(t *testing.T) {
	b := newBench(t)
	set := func(payer string) sending {
		return sending{method: "PUT", target: "/my-bucket?requestPayment", body: "<RequestPaymentConfiguration><Payer>" +
			payer + "</Payer></RequestPaymentConfiguration>"}
	}
	for _, payer := range []string{"Requester", "BucketOwner"} {
		b.must(t, set(payer))
		if got := element(b.must(t, sending{method: "GET", target: "/my-bucket?requestPayment"}).body,
			"Payer"); got != payer {
			t.Errorf("the payer is %s, want %s", got, payer)
		}
	}
	b.do(t, set("Nobody")).refused(t, s3err.MalformedXML, "")
}

// Only a requester of another account, who has said so, is charged.
func TestWhoIsCharged(t *testing.T) {
	open := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"]}}`
	pays := []string{"x-amz-request-payer", "requester"}
	for _, row := range []struct {
		name    string
		foreign bool
		headers []string
		refused bool
		want    string
	}{
		{"another account that pays", true, pays, false, "requester"},
		{"another account that does not say", true, nil, true, ""},
		{"the owner, who may say so", false, pays, false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := trial{answers: awsAnswers(), foreign: row.foreign, bucket: open, identity: []authz.Named{allowing(t,
				`"s3:*"`)},
				sending: sending{method: "GET", target: "/my-bucket?list-type=2", headers: row.headers}}
			c := x.court(t)
			defer c.Close()
			bucket := *c.State().Buckets["my-bucket"]
			bucket.RequesterPays = true
			b := bench{blobs: newBench(t).blobs}
			c.Live = b.newLive(t, c.State().WithBucket(&bucket))
			c.Moment = c.Live.Now()
			questions, err := c.Checks()
			if err != nil {
				t.Fatal(err)
			}
			c.Decisions = []authz.Decision{authz.Evaluate(questions[0])}
			if err := c.Refused(); (err != nil) != row.refused {
				t.Fatal(err)
			}
			if row.refused {
				return
			}
			reply, err := c.Serve()
			if err != nil {
				t.Fatal(err)
			}
			if got := reply.Header.Get("x-amz-request-charged"); got != row.want {
				t.Errorf("charged: %q, want %q", got, row.want)
			}
		})
	}
}
