package facts

import (
	"math"
	"strconv"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
)

// sizeUnits are the units of a size.
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

const sizePattern = `^[0-9]+ *([kKMG]?B|[KMG]iB)?$`

// Size is a number of bytes: 1024, 5MiB, 1GB. 0 is written too.
var Size = Kind[int64]{
	Form: Simple(Schema{"type": []string{"integer", "string"}, "pattern": sizePattern},
		readSize), Read: readSize,
	Write: func(bytes int64) *tree.Node { return tree.NewNumber(strconv.FormatInt(bytes, 10)) },
}

func readSize(n *tree.Node) (int64, error) {
	digits, unit := n.Text, int64(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(n.Text, u.suffix); ok {
			digits, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	count, err := strconv.ParseInt(digits, 10, 64)
	if !n.Scalar() || err != nil || count < 0 {
		return 0, tree.Wanted(n, "a size like 1024 or 5MiB")
	}
	if count > math.MaxInt64/unit {
		return 0, tree.Fail(n, "the size is larger than there is")
	}
	return count * unit, nil
}
