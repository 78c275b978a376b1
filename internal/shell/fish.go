package shell

import (
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/emulator"
)

type fish struct{}

func (f fish) Enter(sc *emulator.Scenario, settings []Setting) string {
	return f.Leave() + `for S3FAULT_NAME in ` + strings.Join(touched(), " ") + `
    set -q -g $S3FAULT_NAME; and set -g S3FAULT_KEPT_$S3FAULT_NAME $$S3FAULT_NAME
end
set -gx S3FAULT_KEPT 1
` + f.lines("set -gx", settings) + f.function(sc)
}

func (fish) Leave() string {
	return `if set -q S3FAULT_KEPT
    for S3FAULT_NAME in ` + strings.Join(touched(), " ") + `
        set -e -g $S3FAULT_NAME
        set -l S3FAULT_KEEPER S3FAULT_KEPT_$S3FAULT_NAME
        set -q $S3FAULT_KEEPER; and set -gx $S3FAULT_NAME $$S3FAULT_KEEPER
        set -e -g $S3FAULT_KEEPER
    end
    set -e -g S3FAULT_KEPT
    functions -e aws
end
`
}

func (f fish) function(sc *emulator.Scenario) string {
	if sc == nil {
		return ""
	}
	return "function aws\n" + f.lines("    set -lx", forAWS(sc)) +
		"    command aws --endpoint-url " + f.quote(sc.Endpoint) + " $argv\nend\n"
}

// lines are the settings, made by a command.
func (f fish) lines(command string, settings []Setting) string {
	var b strings.Builder
	for _, s := range settings {
		if s.Unset {
			fmt.Fprintf(&b, "set -e -g %s\n", s.Name)
		} else {
			fmt.Fprintf(&b, "%s %s %s\n", command, s.Name, f.quote(s.Value))
		}
	}
	return b.String()
}

var fishSigns = strings.NewReplacer(`\`, `\\`, "'", `\'`)

func (fish) quote(text string) string { return "'" + fishSigns.Replace(text) + "'" }
