package rehearse

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
)

// environment is what the shell of a rehearsal sees: the surroundings, without
// anything that changes what AWS clients or bash do, pointed at the world and kept
// from the real AWS.
func environment(surroundings []string, sc *emulator.Scenario, folder string) []string {
	kept := slices.DeleteFunc(slices.Clone(surroundings), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "BOTO_") ||
			strings.HasPrefix(name, "BASH_") || name == "ENV" || name == "SHELLOPTS"
	})
	own := []shell.Setting{
		{Name: "PATH", Value: filepath.Join(folder, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")},
		{Name: "AWS_CONFIG_FILE", Value: filepath.Join(folder, "config")},
		{Name: "AWS_SHARED_CREDENTIALS_FILE", Value: filepath.Join(folder, "credentials")},
		{Name: "AWS_PAGER"}, {Name: "XDG_CACHE_HOME", Value: folder},
	}
	return shell.Apply(kept, slices.Concat(shell.World(sc, ""), shell.Guard(sc), own))
}
