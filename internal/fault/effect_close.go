package fault

import "github.com/s3fault/s3fault/internal/conn"

const closeName = "close"

// ending ends the connection in order.
var ending = &breaking{closeName, (*conn.Conn).End}
