package sigv4_test

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// A server finds out who signed a request, and reads its body.
func Example() {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	secrets := map[string]string{"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

	// A client signs.
	r := httptest.NewRequest("PUT", "http://localhost:9403/my-bucket/hello.txt", strings.NewReader("hello"))
	client := sigv4.Credentials{
		AccessKeyID:     "AKIAIOSFODNN7EXAMPLE",
		SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	}
	scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
	sigv4.Sign(r, client, scope, sigv4.HashPayload([]byte("hello")), now)

	// The server reads the claim, finds the key, and proves the claim.
	p, err := sigv4.Parse(r)
	if err != nil || p == nil { // nil: nobody claims to have signed
		fmt.Println("not signed:", err)
		return
	}
	body, err := p.Verify(r, sigv4.Key{Secret: secrets[p.AccessKeyID], Now: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(body) // its error says that the body is not what was signed
	fmt.Printf("%s sends %q, %v\n", p.AccessKeyID, text, err)
	// Output: AKIAIOSFODNN7EXAMPLE sends "hello", <nil>
}

// A signature that does not hold says why, and Diagnose what it would hold for.
func ExamplePresented_Verify() {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := httptest.NewRequest("GET", "http://localhost:9403/my-bucket/file.txt", nil)
	client := sigv4.Credentials{
		AccessKeyID:     "AKIAIOSFODNN7EXAMPLE",
		SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	}
	scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
	sigv4.Sign(r, client, scope, sigv4.HashPayload(nil), now)
	r.Host = "127.0.0.1:9403" // a proxy sends it on under another name

	p, err := sigv4.Parse(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	key := sigv4.Key{Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Now: now}
	_, err = p.Verify(r, key)
	if refusal, ok := errors.AsType[*sigv4.Error](err); ok {
		fmt.Println(refusal.Reason, "by", refusal.AccessKeyID)
		fmt.Println(p.Diagnose(r, key, sigv4.Clues{}).Text)
	}
	// Output:
	// SignatureDoesNotMatch by AKIAIOSFODNN7EXAMPLE
	// signed for localhost:9403, arrived for 127.0.0.1:9403
}
