package world

import (
	"testing"
	"time"
)

// Each difference with the last day without it and the first with it; both days
// hold in either setting unless the article itself says so (interface.md
// "responses").
func TestDifferences(t *testing.T) {
	now := day(2026, time.November, 23)
	for _, row := range []struct {
		difference Difference
		name       string
		since      time.Time
		article    bool // always with responses: article, never with aws
	}{
		{ReasonInMessage, "ReasonInMessage", day(2024, time.August, 21), false},
		{PolicyARNInMessage, "PolicyARNInMessage", day(2026, time.August, 13), false},
		{NewBucketsEnforced, "NewBucketsEnforced", day(2023, time.April, 1), false},
		{AnyACLRefused, "AnyACLRefused", time.Time{}, true},
		{ACLRefusedAsAccessDenied, "ACLRefusedAsAccessDenied", time.Time{}, true},
		{PresignedRegionAccessDenied, "PresignedRegionAccessDenied", time.Time{}, true},
		{HeaderRegionRedirect, "HeaderRegionRedirect", time.Time{}, true},
		{PresignedCredentialsAccessDenied, "PresignedCredentialsAccessDenied", time.Time{}, true},
		{MissingBucketMasked, "MissingBucketMasked", time.Time{}, true},
	} {
		for _, r := range []Responses{ResponsesAWS, ResponsesArticle} {
			if row.article {
				if got := NewAnswers(r, time.Time{}, now).Has(row.difference); got != (r == ResponsesArticle) {
					t.Errorf("%s, %s: Has = %v", row.name, r, got)
				}
				continue
			}
			if NewAnswers(r, row.since.Add(-time.Second), now).Has(row.difference) {
				t.Errorf("%s, %s: there before %v", row.name, r, row.since)
			}
			if !NewAnswers(r, row.since, now).Has(row.difference) {
				t.Errorf("%s, %s: missing on %v", row.name, r, row.since)
			}
		}
	}
}

func TestDefaultDays(t *testing.T) {
	now := time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)
	if NewAnswers(ResponsesArticle, time.Time{}, now).Has(ReasonInMessage) {
		t.Error("the article's S3 of June 2023 gives no reason")
	}
	if !NewAnswers("", time.Time{}, now).Has(ReasonInMessage) {
		t.Error("aws is today's S3, which gives the reason")
	}
}

func TestSettingsComeBack(t *testing.T) {
	now := time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)
	for _, asOf := range []time.Time{{}, day(2024, time.January, 2)} {
		a := NewAnswers(ResponsesArticle, asOf, now)
		r, given := a.Settings()
		if NewAnswers(r, given, now) != a {
			t.Errorf("as of %v: Settings gives %s, %v, which makes other answers", asOf, r, given)
		}
	}
}
