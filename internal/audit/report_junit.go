package audit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/s3fault/s3fault/internal/finding"
	"github.com/s3fault/s3fault/internal/tree"
)

// The elements of JUnit's form that test reports of all CI systems read.
type (
	suites struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   suite    `xml:"testsuite"`
	}
	suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Time     string     `xml:"time,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	testCase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		Time    string   `xml:"time,attr"`
		Failure *failure `xml:"failure"`
		Skipped *skipped `xml:"skipped"`
		Out     string   `xml:"system-out,omitempty"`
	}
	failure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	skipped struct {
		Message string `xml:"message,attr"`
	}
)

// writeJUnit writes a test case a case: failed by what fails the audit, skipped where the case
// says nothing.
func writeJUnit(w io.Writer, j *Judgement) error {
	s := suite{Name: "s3fault run --all", Tests: len(j.Results), Time: fmt.Sprintf("%.3f", j.Seconds)}
	for i := range j.Results {
		c := testCaseOf(&j.Results[i], j.Judged[i])
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	text, err := xml.MarshalIndent(suites{Suite: s}, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	}
	return err
}

func testCaseOf(r *Result, all []Judged) testCase {
	took := fmt.Sprintf("%.3f", r.Run.Ending.Took.Seconds())
	c := testCase{Name: r.Name(), Class: "s3fault." + className(r), Time: took}
	b := &strings.Builder{}
	textFindings(b, r, all)
	for _, f := range all {
		switch {
		case f.Fails && c.Failure == nil:
			c.Failure = &failure{string(f.Kind), tree.Printable(f.Text), b.String()}
		case f.Kind == finding.RuleNeverStruck:
			c.Skipped = &skipped{string(f.Kind) + ": " + tree.Printable(f.Text)}
		}
	}
	if c.Failure == nil {
		c.Out = b.String()
	} else {
		c.Skipped = nil
	}
	return c
}

// className is what the case is about, for readers that group by it.
func className(r *Result) string {
	switch c := r.Run.Case; {
	case r.Scenario != "":
		return r.Scenario
	case c.Operation != "":
		return c.Operation
	}
	return "all"
}
