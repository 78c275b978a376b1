package emulator

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/s3fault/s3fault/journal"
)

// statuses are those of the control plane's errors; all others are about what was sent,
// and 400.
var statuses = []struct {
	of     func(error) bool
	status int
}{
	{isA[*NotFound], http.StatusNotFound},
	{isA[*wrongMethod], http.StatusMethodNotAllowed},
	{is(ErrScenarioWorld), http.StatusMethodNotAllowed},
	{is(errNoTLS), http.StatusNotFound},
	{is(ErrTaken), http.StatusConflict},
	{isA[*journal.Unmet], http.StatusConflict},
	{isA[*forbidden], http.StatusForbidden},
	{isA[*noToken], http.StatusUnauthorized},
	{isA[*notJSON], http.StatusUnsupportedMediaType},
	{is(errStalled), http.StatusRequestTimeout},
	{isA[*http.MaxBytesError], http.StatusRequestEntityTooLarge},
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func isA[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// refuse answers with an error, as JSON, and with the headers that its status asks for.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadRequest
	for _, row := range statuses {
		if row.of(err) {
			status = row.status
			break
		}
	}
	switch status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", methodsAt(r.URL.Path, r.Method))
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="s3fault"`)
	case http.StatusRequestTimeout:
		w.Header().Set("Connection", "close") // or net/http waits for the rest
	}
	writeJSON(w, status, refusal(err))
}

// refusal is an error as JSON tells it, with what it has beside its text.
func refusal(err error) any {
	told := struct {
		Error string `json:"error"`
		*journal.Unmet
	}{Error: err.Error()}
	errors.As(err, &told.Unmet)
	return told
}

// wrongMethod is an error for a path that has calls, and none of this method.
type wrongMethod struct{ path, method string }

func (e *wrongMethod) Error() string { return fmt.Sprintf("%s does not take %s", e.path, e.method) }
