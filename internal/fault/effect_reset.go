package fault

import "github.com/s3fault/s3fault/internal/conn"

const resetName = "reset"

// reset ends the connection with a TCP RST.
var reset = &breaking{resetName, (*conn.Conn).Reset}
