package world

import (
	"testing"
	"time"
)

// Every difference with the first day that has it: there on that day and not the
// day before, with aws and, unless the article settles it, with the article
// (interface.md "responses"). A difference without a row fails.
func TestDifferences(t *testing.T) {
	const always, never, byDay = "always", "never", "by day"
	rows := map[Difference]struct {
		since   time.Time // zero: no day of aws has it
		article string
	}{
		ReasonInMessage:                  {day(2024, time.August, 21), byDay},
		PolicyARNInMessage:               {day(2026, time.August, 13), byDay},
		ReasonInOrganization:             {day(2025, time.June, 1), byDay},
		KeyRefusalsVague:                 {day(2022, time.January, 1), never},
		KeyRefusalsExplained:             {day(2024, time.January, 1), byDay},
		KeyUsageTracked:                  {day(2026, time.April, 27), byDay},
		GrantsToServices:                 {day(2026, time.May, 20), byDay},
		LockInMessage:                    {day(2024, time.August, 21), byDay},
		KeyRotationFlexible:              {day(2024, time.April, 12), byDay},
		DeletionsRecorded:                {day(2025, time.June, 1), byDay},
		KeyMaterialsNamed:                {day(2025, time.June, 6), byDay},
		AuthorizationIDs:                 {day(2026, time.August, 25), byDay},
		AuthorizationPolicies:            {day(2026, time.November, 18), byDay},
		OwnersUnnamed:                    {day(2025, time.November, 21), byDay},
		GrantsByEmailRefused:             {day(2025, time.October, 1), byDay},
		NewBucketsEnforced:               {day(2023, time.April, 1), byDay},
		NewBucketsBlockSSEC:              {day(2026, time.April, 1), byDay},
		EncryptionTypesBlocked:           {day(2025, time.November, 19), byDay},
		MoreChecksums:                    {day(2026, time.April, 22), byDay},
		EventHolds:                       {day(2026, time.September, 8), byDay},
		ObjectEncryptionUpdates:          {day(2026, time.January, 28), byDay},
		Annotations:                      {day(2026, time.June, 16), byDay},
		AnyACLRefused:                    {time.Time{}, always},
		ACLRefusedAsAccessDenied:         {time.Time{}, always},
		PresignedRegionAccessDenied:      {time.Time{}, always},
		HeaderRegionRedirect:             {time.Time{}, always},
		PresignedCredentialsAccessDenied: {time.Time{}, always},
		MissingBucketMasked:              {time.Time{}, always},
		LockedObjectRefused:              {time.Time{}, always},
		BucketNamespaces:                 {day(2026, time.March, 12), byDay},
		BucketABAC:                       {day(2025, time.November, 20), byDay},
		BucketARNs:                       {day(2025, time.November, 20), byDay},
		SimulatorTakesSCPs:               {day(2026, time.July, 30), byDay},
		SessionTokenSizes:                {day(2026, time.September, 14), byDay},
		ScopedCredentials:                {day(2026, time.November, 19), byDay},
		SmallObjectsStay:                 {day(2024, time.September, 25), byDay},
		IAMFormsStrict:                   {day(2024, time.November, 1), byDay},
		OrganizationPublicAccess:         {day(2025, time.November, 25), byDay},
	}
	now := day(2026, time.November, 23)
	for i := range differences {
		d := Difference(i)
		row, known := rows[d]
		if !known {
			t.Errorf("the difference %d has no row here", d)
			continue
		}
		has := func(r Responses, asOf time.Time, want bool) {
			t.Helper()
			if NewAnswers(r, asOf, now).Has(d) != want {
				t.Errorf("the difference %d, %s, on %v: Has = %v", d, r, asOf, !want)
			}
		}
		if row.article != byDay {
			has(ResponsesArticle, time.Time{}, row.article == always)
			has(ResponsesArticle, now, row.article == always)
		}
		if row.since.IsZero() {
			has(ResponsesAWS, now, false)
			continue
		}
		has(ResponsesAWS, row.since.Add(-time.Second), false)
		has(ResponsesAWS, row.since, true)
		if row.article == byDay {
			has(ResponsesArticle, row.since.Add(-time.Second), false)
			has(ResponsesArticle, row.since, true)
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
