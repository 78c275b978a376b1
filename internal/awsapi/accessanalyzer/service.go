// Package accessanalyzer is the part of IAM Access Analyzer that reads policies: what
// is wrong with one, and whether it grants something. It explains no refusal of a
// single request; `s3fault why` does.
package accessanalyzer

import (
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
)

// Service is IAM Access Analyzer.
var Service = &awsapi.Service{
	Name: "access-analyzer", Protocol: awsapi.RESTJSON, Malformed: misformed,
	Paths: []string{
		"/access-preview", "/analyzed-resource", "/analyzer", "/archive-rule", "/finding", "/findingv2",
		"/policy", "/recommendation", "/resource", "/service-linked-analyzer", "/tags",
	},
	Actions: []*awsapi.Action{
		awsapi.NewAction("ValidatePolicy", awsapi.AskAll[validatePolicyInput], validatePolicy).Reads().At("POST", "/policy/validation"),
		awsapi.NewAction("CheckAccessNotGranted", awsapi.AskAll[checkAccessInput], checkAccessNotGranted).Reads().At("POST", "/policy/check-access-not-granted"),
	},
}

// misformed refuses parameters that are not as the model has them, each of which is in the
// list of the fields. [unsure: the list]
func misformed(_ *awsapi.Call, broken []form.Broken) *awsapi.Error {
	e := invalid("fieldValidationFailed", "%s", form.Sentence(broken))
	fields := make([]field, len(broken))
	for i, b := range broken {
		fields[i] = field{b.Path, b.Must}
	}
	e.Fields["fieldList"] = fields
	return e
}

type field struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// invalid is the refusal of a parameter's value.
func invalid(reason, format string, args ...any) *awsapi.Error {
	e := awsapi.Refuse("ValidationException", format, args...)
	e.Fields = map[string]any{"reason": reason}
	return e
}
