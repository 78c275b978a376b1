package iam

import (
	"encoding/base64"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The ages at which IAM makes a report anew, and no longer hands one out (IAM User Guide,
// "Generate credential reports for your AWS account").
const (
	freshReport = 4 * time.Hour
	mostReport  = 7 * 24 * time.Hour // [unsure]
)

type generateReportOutput struct {
	State       string
	Description string `xml:",omitempty"`
}

// generateReport makes the report, or finds one that is fresh.
func generateReport(c *awsapi.Call, _ *awsapi.Nothing) (*generateReportOutput, error) {
	last, ok := c.Moment.Uses.LastReport(c.CallerAccount())
	if age := c.Now.Sub(last.Generated); ok && age >= 0 && age < freshReport {
		return &generateReportOutput{State: "COMPLETE"}, nil
	}
	c.Moment.Uses.KeepReport(c.CallerAccount(), world.Report{Generated: c.Now, Content: reportOf(c)})
	return &generateReportOutput{"STARTED", "No report exists. Starting a new report generation task"}, nil
}

type reportOutput struct {
	Content       string
	ReportFormat  string
	GeneratedTime string
}

func getReport(c *awsapi.Call, _ *awsapi.Nothing) (*reportOutput, error) {
	r, ok := c.Moment.Uses.LastReport(c.CallerAccount())
	switch {
	case !ok:
		// [unsure: the words of both]
		return nil, awsapi.RefuseWith(410, "ReportNotPresent", "No report exists. Please generate a credential report.")
	case c.Now.Sub(r.Generated) > mostReport:
		return nil, awsapi.RefuseWith(410, "ReportExpired", "The credential report has expired.")
	}
	content := base64.StdEncoding.EncodeToString([]byte(r.Content))
	return &reportOutput{content, "text/csv", awsapi.ISO(r.Generated)}, nil
}

// reportColumns are those of the report, in their order.
var reportColumns = strings.Fields(`user arn user_creation_time password_enabled password_last_used
	password_last_changed password_next_rotation mfa_active
	access_key_1_active access_key_1_last_rotated
	access_key_1_last_used_date access_key_1_last_used_region access_key_1_last_used_service
	access_key_2_active access_key_2_last_rotated
	access_key_2_last_used_date access_key_2_last_used_region access_key_2_last_used_service
	cert_1_active cert_1_last_rotated cert_2_active cert_2_last_rotated`)

const notThere = "N/A"

func reportTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05+00:00") }

// reportOf is the report of the account as it is: a line for the root user, one for each user.
func reportOf(c *awsapi.Call) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	a := account(c)
	root := []string{"<root_account>", world.RootARN(a.ID), reportTime(accountSince)}
	password := []string{"not_supported", "no_information", "not_supported", "not_supported"}
	lines := [][]string{reportColumns, slices.Concat(root, password, credentialsOf(c, ""))}
	for _, name := range slices.Sorted(maps.Keys(a.Users)) {
		u := a.Users[name]
		line := []string{u.Name, u.ARN, reportTime(u.Created)}
		lines = append(lines, slices.Concat(line, passwordOf(a, u), credentialsOf(c, name)))
	}
	_ = w.WriteAll(lines) // a strings.Builder takes everything
	return strings.TrimSuffix(b.String(), "\n")
}

// accountSince stands for the day on which accounts were made; nothing depends on it.
var accountSince = time.Date(2022, time.January, 1, 0, 0, 0, 0, time.UTC)

// passwordOf is what the report says of a user's password, which nobody signs in with.
func passwordOf(a *world.Account, u *world.User) []string {
	p := u.LoginProfile
	if p == nil {
		return []string{"false", notThere, notThere, notThere}
	}
	next := notThere
	if policy := a.PasswordPolicy; policy != nil && policy.MaxAge > 0 {
		next = reportTime(p.Created.AddDate(0, 0, policy.MaxAge))
	}
	return []string{"true", "no_information", reportTime(p.Created), next}
}

// credentialsOf is what it says of multi-factor authentication, access keys and certificates.
func credentialsOf(c *awsapi.Call, user string) []string {
	line := []string{"false"}
	keys := c.State().AccessKeys(c.CallerAccount(), user)
	for i := range mostKeys {
		if i >= len(keys) {
			line = append(line, "false", notThere, notThere, notThere, notThere)
			continue
		}
		line = append(line, strconv.FormatBool(!keys[i].Inactive), reportTime(keys[i].Created))
		if use, ok := c.Moment.Uses.Last(keys[i].AccessKeyID); ok {
			line = append(line, reportTime(use.At), use.Region, use.Service)
		} else {
			line = append(line, notThere, notThere, notThere)
		}
	}
	return append(line, "false", notThere, "false", notThere)
}
