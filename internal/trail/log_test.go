package trail_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/trail"
)

// ids are the requests that records are of.
func ids(records []*trail.Record) (ids []string) {
	for _, r := range records {
		ids = append(ids, r.RequestID)
	}
	return ids
}

// Management events are kept for each account that they concern and looked up by account
// and region, the newest first.
func TestManagementEvents(t *testing.T) {
	s := built(t)
	var l trail.Log
	for i, caller := range []string{"ann", "bob", "ann"} {
		h := got(t, s, caller)
		h.Management, h.RequestID = true, strconv.Itoa(i)
		if i == 2 {
			h.Region = "eu-west-1"
		}
		l.Manage(h)
	}
	for _, c := range []struct {
		account, region string
		want            []string
	}{
		{own, "us-east-1", []string{"1", "0"}}, {other, "us-east-1", []string{"1"}}, {own, "eu-west-1", []string{"2"}}, {other, "eu-west-1", nil},
	} {
		if got := ids(l.Management(c.account, c.region)); !slices.Equal(got, c.want) {
			t.Errorf("%s has in %s %q, want %q", c.account, c.region, got, c.want)
		}
	}
	if l.Clear(); len(l.Management(own, "us-east-1")) != 0 {
		t.Error("a cleared log still has events")
	}
}

// Only the newest events are kept, and they always are.
func TestNewestEventsAreKept(t *testing.T) {
	const kept = 10_000
	s := built(t)
	var l trail.Log
	h := got(t, s, "ann")
	h.Management = true
	for i := range 2*kept + 5 {
		h.RequestID = strconv.Itoa(i)
		l.Manage(h)
	}
	got := ids(l.Management(own, "us-east-1"))
	if len(got) != kept || got[0] != strconv.Itoa(2*kept+4) || got[kept-1] != strconv.Itoa(kept+5) {
		t.Errorf("%d events are kept, %s to %s", len(got), got[0], got[len(got)-1])
	}
}

// What a trail wrote, in the order in which it was written, and how its latest try went:
// a failure leaves the time of the last delivery.
func TestDeliveries(t *testing.T) {
	s := built(t)
	var l trail.Log
	mine, plain := s.Trails["mine"], s.Trails["plain"]
	record := func(id string, at time.Duration) *trail.Record {
		h := got(t, s, "ann")
		h.RequestID, h.Asker.Now = id, when.Add(at)
		return trail.Of(h, own)
	}
	first, second, lost := record("1", 0), record("2", time.Minute), record("3", time.Hour)
	if d := l.Delivery("mine"); d != (trail.Delivery{}) {
		t.Errorf("before the first try it is %+v", d)
	}
	l.Delivered(mine, first, "")
	l.Delivered(plain, second, "")
	l.Delivered(mine, lost, "AccessDenied")
	if got := ids(l.Written()); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("written are %q", got)
	}
	for name, want := range map[string]trail.Delivery{
		"mine": {Attempted: lost.At, Delivered: first.At, Error: "AccessDenied"}, "plain": {Attempted: second.At, Delivered: second.At}, "none": {},
	} {
		if d := l.Delivery(name); d != want {
			t.Errorf("the latest try of %s is %+v, want %+v", name, d, want)
		}
	}
	l.Delivered(mine, lost, "")
	if d := l.Delivery("mine"); d.Error != "" || d.Delivered != lost.At {
		t.Errorf("after a good try it is %+v", d)
	}
	if l.Clear(); len(l.Written()) != 0 || l.Delivery("mine") != (trail.Delivery{}) {
		t.Error("a cleared log still has deliveries")
	}
}

// The caller of Written may do with the list what it likes.
func TestWrittenIsACopy(t *testing.T) {
	s := built(t)
	var l trail.Log
	l.Delivered(s.Trails["mine"], trail.Of(got(t, s, "ann"), own), "")
	l.Written()[0] = nil
	if l.Written()[0] == nil {
		t.Error("the log has lost a record")
	}
}

// A log file lies under the trail's prefix, account, the event's region and its day
// in UTC (CloudTrail User Guide, "Finding your CloudTrail log files"), and no two events
// or trails share one.
func TestLogFiles(t *testing.T) {
	s := built(t)
	mine, plain := s.Trails["mine"], s.Trails["plain"]
	h := got(t, s, "ann")
	h.Region = "eu-west-1"
	r := trail.Of(h, own)
	key := trail.FileKey(mine, r)
	form := `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/23/123456789012_CloudTrail_eu-west-1_20261123T2302Z_[A-Z2-7]{16}\.json\.gz$`
	for key, form := range map[string]string{key: "^deep/" + form, trail.FileKey(plain, r): "^" + form} {
		if !regexp.MustCompile(form).MatchString(key) {
			t.Errorf("the key is %s, want %s", key, form)
		}
	}
	h.RequestID = "REQUESTID0000001"
	if trail.FileKey(mine, trail.Of(h, own)) == key {
		t.Error("two events share a file")
	}
	twin := *mine
	if twin.Name = "twin"; trail.FileKey(&twin, r) == key {
		t.Error("two trails share a file")
	}
}

func TestContentsOfALogFile(t *testing.T) {
	r := trail.Of(got(t, built(t), "ann"), own)
	z, err := gzip.NewReader(bytes.NewReader(trail.File(r)))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Records []json.RawMessage }
	if err := json.NewDecoder(z).Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Records) != 1 || string(file.Records[0]) != string(r.JSON()) {
		t.Errorf("the file has %s", file.Records)
	}
}
