package accessanalyzer

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"

	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
)

func TestWireStructs(t *testing.T) { wiretest.Hold(t, Service, &accessanalyzer.Client{}) }

func TestLocate(t *testing.T) {
	const document = "{\"Version\": \"2012-10-17\",\n \"Statement\": [\n  {\"Effect\": \"Allow\",\n   \"Action\": [\"s3:GetObject\", \"s3:Gett\"]}]}"
	for path, want := range map[string]string{
		"":                       document,
		"Version":                `"2012-10-17"`,
		"Statement[0].Effect":    `"Allow"`,
		"Statement[0].Action[1]": `"s3:Gett"`,
		"Statement[0].Nothing":   `{"Effect": "Allow",`,
		"Statement[7]":           `[`,
	} {
		s := locate([]byte(document), stepsOf(path))
		if got := document[s.Start.Offset:s.End.Offset]; !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if s := locate([]byte(document), stepsOf("Statement[0].Action[1]")); s.Start.Line != 4 || s.Start.Column != 30 {
		t.Errorf("got %+v", s)
	}
}

func FuzzLocate(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow"}}`, "Statement[0].Effect")
	f.Add(`[`, "[0][1].a[")
	f.Fuzz(func(t *testing.T, document, path string) {
		s := locate([]byte(document), stepsOf(path))
		if s.Start.Offset < 0 || s.End.Offset > len(document) || s.Start.Offset > s.End.Offset {
			t.Errorf("got %+v", s)
		}
	})
}
