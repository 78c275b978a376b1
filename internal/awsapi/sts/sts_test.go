package sts

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
)

func TestWireStructs(t *testing.T) {
	wiretest.Hold(t, Service, &sts.Client{}, "GetScopedCredentials", "MinimumSessionTokenSize", "SessionTokenSize",
		"SessionTokenUtilization")
}

// What no SDK for Go has yet is as in the model of @aws-sdk/client-sts 3.1177.0.
func TestScopedStructs(t *testing.T) {
	for _, c := range []struct {
		has  reflect.Type
		want string
	}{
		{reflect.TypeFor[scopedInput](), "DurationSeconds MinimumSessionTokenSize Policy ScopedSessionDescription"},
		{reflect.TypeFor[scopedOutput](),
			"Credentials ScopedPoliciesCount SessionInfo SessionTokenSize SessionTokenUtilization SourceIdentity"},
		{reflect.TypeFor[scopedSession](), "Arn ScopedSessionId"},
	} {
		var names []string
		for _, f := range reflect.VisibleFields(c.has) {
			if !f.Anonymous {
				names = append(names, f.Name)
			}
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s has %s, want %s", c.has, got, c.want)
		}
	}
}
