package awsapi

import (
	"fmt"
	"net/http"
	"unicode"
	"unicode/utf8"
)

// Error is a refusal, in the service's own words. The protocol writes it down.
type Error struct {
	Code    string // "NoSuchEntity"
	Status  int    // HTTP
	Message string
	// Fields are what a modelled error has besides its message.
	Fields map[string]any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Refuse is a refusal with the status 400, which most have.
func Refuse(code, format string, args ...any) *Error {
	return RefuseWith(http.StatusBadRequest, code, format, args...)
}

// RefuseWith is a refusal with another status.
func RefuseWith(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Status: status, Message: fmt.Sprintf(format, args...)}
}

// Invalid is the refusal of a parameter's value that breaks a constraint of the
// service's model, in the words that all of them share: "Member must have length
// less than or equal to 64". A nil value is one that is missing.
func (c *Call) Invalid(parameter string, value any, constraint string) *Error {
	told := "null"
	if value != nil {
		told = fmt.Sprintf("'%v'", value)
	}
	return Refuse(c.Service.Protocol.words().invalid, "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", told, memberName(parameter), constraint)
}

// memberName is a parameter as constraints name it: with a small first letter.
func memberName(parameter string) string {
	first, size := utf8.DecodeRuneInString(parameter)
	return string(unicode.ToLower(first)) + parameter[size:]
}
