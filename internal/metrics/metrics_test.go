package metrics

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/exchange"
)

func nobody() (scenario, private int) { return 2, 1 }

// Counting takes no memory, once there has been a request of the kind.
func TestCountingIsFree(t *testing.T) {
	m := New(nobody)
	o := exchange.Outcome{
		Operation: "GetObject", Status: 403, Layer: authz.BucketPolicy, Effect: "latency", In: 1, Out: 300, Took: time.Millisecond,
	}
	if n := testing.AllocsPerRun(1000, func() { m.Begin(); m.Count(o); m.End() }); n != 0 {
		t.Errorf("counting a request allocates %v times", n)
	}
}

// No text of a client's becomes a label, whatever it sends.
func TestLabelsAreOfTables(t *testing.T) {
	for _, o := range []exchange.Outcome{
		{Service: "iam", Operation: "GetObject", Status: 200},
		{Service: "iam", Operation: "DropTables", Status: 999, Layer: "x", Effect: "y"},
		{Operation: "", Status: -1},
		{Service: "dynamodb", Operation: "GetItem"},
	} {
		if k := kindOf(&o); k.operation != Other || k.layer != None || k.fault != None || k.status != 0 && k.status != 200 {
			t.Errorf("%+v is %+v", o, k)
		}
	}
	if k := kindOf(&exchange.Outcome{Service: "dynamodb"}); k.service != Other {
		t.Errorf("a service that there is not is %+v", k)
	}
	k := kindOf(&exchange.Outcome{Service: "iam", Operation: "CreateUser", Status: 403, Layer: authz.Identity, Effect: "pass"})
	if k != (kind{"iam", "CreateUser", 403, "identity", "pass"}) {
		t.Errorf("a known request is %+v", k)
	}
}

// Many at once make one series of each kind, and no request is lost.
func TestCountingTogether(t *testing.T) {
	m := New(nobody)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 500 {
				m.Count(exchange.Outcome{Operation: "PutObject", Status: 200 + (worker+i)%5})
			}
		})
	}
	all.Wait()
	sum := 0.0
	for status := range 5 {
		sum += testutil.ToFloat64(m.requests.WithLabelValues("s3", "PutObject", strconv.Itoa(200+status), None, None))
	}
	if sum != 8*500 || len(*m.series.Load()) != 5 {
		t.Errorf("%v requests in %d series", sum, len(*m.series.Load()))
	}
}
