package advice

import (
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/policy"
)

// regionless: the ARN has a region where those of its kind have none, as CloudFront's, or lacks it.
func regionless(w *wrong, written, seen string) (mend, bool) {
	a, b := strings.SplitN(written, ":", 6), strings.SplitN(seen, ":", 6)
	if len(a) != 6 || len(b) != 6 || a[0] != "arn" || a[3] == b[3] || a[3] != "" && b[3] != "" {
		return mend{}, false
	}
	why := "as the ARNs of " + b[2] + " have no region here"
	if a[3] = b[3]; b[3] != "" {
		why = "with the region"
	}
	good := strings.Join(a, ":")
	return mend{value: good, why: why}, good == seen || w.lets(good, seen)
}

// encoded: the key is written as URLs have it, my%20file.txt.
func encoded(w *wrong, written, seen string) (mend, bool) {
	good, err := url.PathUnescape(written)
	if err != nil || good == written || !w.lets(good, seen) {
		return mend{}, false
	}
	return mend{value: good, why: "as policies have a key as it is, and not as URLs have it"}, true
}

// delivered: the folder of AWSLogs is that of an account, and a service delivers the logs of another. The
// account that is known has logs of its own there.
func delivered(w *wrong, written, seen string) (mend, bool) {
	const folder = "/AWSLogs/"
	account, ok := w.q.Context.Get("aws:SourceAccount")
	before, rest, is := strings.Cut(written, folder)
	other, after, _ := strings.Cut(rest, "/")
	if !ok || !is || w.q.Principal.Kind != policy.Service || len(account) != 1 || !isAccount(other) {
		return mend{}, false
	}
	good := before + folder + account[0] + "/" + after
	if other == account[0] || !w.lets(good, seen) {
		return mend{}, false
	}
	return mend{value: good, beside: w.state().Accounts[other] != nil,
		why: "as the logs are those of the account " + account[0]}, true
}
