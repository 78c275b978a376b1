// Package accessanalyzer is the part of IAM Access Analyzer that reads policies: what
// is wrong with one, and whether it grants something. It explains no refusal of a
// single request; `s3fault why` does.
package accessanalyzer

import (
	"github.com/s3fault/s3fault/internal/awsapi"
)

// Service is IAM Access Analyzer.
var Service = &awsapi.Service{
	Name: "access-analyzer", Protocol: awsapi.RESTJSON,
	Paths: []string{
		"/access-preview", "/analyzed-resource", "/analyzer", "/archive-rule", "/finding", "/findingv2",
		"/policy", "/recommendation", "/resource", "/service-linked-analyzer", "/tags",
	},
	Actions: []*awsapi.Action{
		awsapi.NewAction("ValidatePolicy", awsapi.AskAll[validatePolicyInput], validatePolicy).Reads().At("POST", "/policy/validation"),
		awsapi.NewAction("CheckAccessNotGranted", awsapi.AskAll[checkAccessInput], checkAccessNotGranted).Reads().At("POST", "/policy/check-access-not-granted"),
	},
}

// invalid is the refusal of a parameter's value.
func invalid(reason, format string, args ...any) error {
	e := awsapi.Refuse("ValidationException", format, args...)
	e.Fields = map[string]any{"reason": reason}
	return e
}
