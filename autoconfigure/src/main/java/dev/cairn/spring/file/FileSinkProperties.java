package dev.cairn.spring.file;

import java.nio.file.Path;

import dev.cairn.encoding.MessageEncoder.Format;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties for writing messages to local files of JSON lines.
 *
 * @param enabled Whether messages are written to files. By default, if no broker is
 * configured.
 * @param directory Directory of the files.
 * @param maxFileSize Size at which a file is rotated.
 * @param maxFiles Number of files to keep, including the current one.
 * @param encoding Format of the lines.
 */
@ConfigurationProperties("cairn.file")
record FileSinkProperties(@Nullable Boolean enabled, @DefaultValue("./cairn-events") Path directory,
		@DefaultValue("64MB") DataSize maxFileSize, @DefaultValue("10") int maxFiles,
		@DefaultValue("cairn") Format encoding) {
}
