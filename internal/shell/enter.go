package shell

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/emulator"
)

// Dialect is how a shell that people type into is told things.
type Dialect interface {
	// Enter is a script that keeps what the shell has, makes the settings and
	// defines an `aws` that reaches the world with any AWS CLI; for a nil world it
	// defines none. A shell that has entered a world before leaves that first.
	Enter(sc *emulator.Scenario, settings []Setting) string
	// Leave is a script that gives back what Enter's has changed, and does nothing
	// in a shell that has entered no world.
	Leave() string
}

var dialects = map[string]Dialect{
	"sh": posix{}, "bash": posix{}, "zsh": posix{}, "fish": fish{}, "powershell": powerShell{},
}

// Shells are the names that DialectOf knows.
func Shells() []string { return slices.Sorted(maps.Keys(dialects)) }

// DialectOf is the dialect of a shell; nil for an unknown one.
func DialectOf(shell string) Dialect { return dialects[shell] }

// touched are the names of all variables that Enter may be told to set. What the
// shell had of them it keeps in variables of its own, which no child sees; the
// exported S3FAULT_KEPT says that it has.
func touched() []string {
	var names []string
	sc := &emulator.Scenario{}
	door := unset(append(slices.Clone(keyless), metadataDisabled, metadataV1Disabled, configFile, credentialsFile)...)
	door = slices.Concat(door, Trust(Trusted{All: "some"}), Proxied(sc, "", ""))
	for _, s := range slices.Concat(World(sc, ""), Direct(sc, ""), Guard(sc), Caller(emulator.Caller{}), door) {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}
