package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/scenarios"
)

// A Server is an http.Handler, and knows why it said no.
func Example() {
	file, err := scenarios.Library()
	if err != nil {
		fmt.Println(err)
		return
	}
	s3, err := emulator.New(emulator.Config{File: file, Scenario: "ip-deny"})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(s3)
	defer server.Close()

	reply, err := http.Get(server.URL + "/my-bucket/file.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	reply.Body.Close()
	decision := s3.Why(reply.Header.Get("x-amz-request-id"))
	finding, _ := decision.Behind()
	fmt.Println(reply.Status)
	fmt.Println(decision.Verdict, "by", decision.Cause, finding.Statement.Sid)
	// Output:
	// 403 Forbidden
	// ExplicitlyDenied by bucket-policy OfficeOnly
}
