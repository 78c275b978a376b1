# An access point and its policy.
resource "aws_s3_bucket" "data" {
  bucket = "access-point-data"
}

resource "aws_s3_access_point" "reports" {
  name   = "reports"
  bucket = aws_s3_bucket.data.id
  public_access_block_configuration {
    block_public_acls       = true
    block_public_policy     = true
    ignore_public_acls      = true
    restrict_public_buckets = true
  }
  lifecycle {
    ignore_changes = [policy]
  }
}

resource "aws_s3control_access_point_policy" "reports" {
  access_point_arn = aws_s3_access_point.reports.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Readers"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_access_point.reports.arn}/object/*"
    }]
  })
}
