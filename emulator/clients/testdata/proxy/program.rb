# A program that knows nothing of s3fault: no endpoint, no proxy, no certificate.
require "aws-sdk-s3"
require "net/http"

begin
  Aws::S3::Client.new.get_object(bucket: "my-bucket", key: "file.txt")
rescue Aws::S3::Errors::ServiceError => e
  puts "#{e.code} #{e.message}"
end
begin
  Net::HTTP.get(URI("https://example.com/"))
rescue StandardError => e
  puts e.message
end
