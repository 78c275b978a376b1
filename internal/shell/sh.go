package shell

import (
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/cause"
)

// posix is sh, dash, bash, ksh and zsh.
type posix struct{}

func (posix) Enter(sc *emulator.Scenario, settings []Setting) string {
	return posix{}.Leave() + `for S3FAULT_NAME in ` + strings.Join(touched(), " ") + `; do
  eval "[ -z \"\${$S3FAULT_NAME+x}\" ] || S3FAULT_KEPT_$S3FAULT_NAME=\$$S3FAULT_NAME"
done
export S3FAULT_KEPT=1
` + Script(settings) + function(sc)
}

func (posix) Leave() string {
	return `if [ -n "${S3FAULT_KEPT-}" ]; then
  for S3FAULT_NAME in ` + strings.Join(touched(), " ") + `; do
    unset "$S3FAULT_NAME"
    eval "[ -z \"\${S3FAULT_KEPT_$S3FAULT_NAME+x}\" ] || export $S3FAULT_NAME=\"\$S3FAULT_KEPT_$S3FAULT_NAME\""
    unset "S3FAULT_KEPT_$S3FAULT_NAME"
  done
  unset S3FAULT_KEPT S3FAULT_NAME
  unset -f aws 2>/dev/null || true
fi
`
}

// function defines an `aws` that reaches the world.
func function(sc *emulator.Scenario) string {
	if sc == nil {
		return ""
	}
	var words []string
	for _, s := range forAWS(sc) {
		words = append(words, s.Name+"="+cause.Quote(s.Value))
	}
	return "aws() { " + strings.Join(words, " ") + " command aws --endpoint-url " +
		cause.Quote(sc.Endpoint) + ` "$@"; }` + "\n"
}

// Script is the settings as lines for sh and its like to read.
func Script(settings []Setting) string {
	var b strings.Builder
	for _, s := range settings {
		if s.Unset {
			fmt.Fprintf(&b, "unset %s\n", s.Name)
		} else {
			fmt.Fprintf(&b, "export %s=%s\n", s.Name, cause.Quote(s.Value))
		}
	}
	return b.String()
}
