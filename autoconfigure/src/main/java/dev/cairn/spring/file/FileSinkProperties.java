package dev.cairn.spring.file;

import java.nio.file.Path;

import dev.cairn.spring.core.DeliveryProperties;
import dev.cairn.spring.core.Encoding;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Messages to local files of JSON lines.
 *
 * @param enabled Whether messages go to files; by default when no broker is configured.
 * @param directory Folder of the files.
 * @param maxFileSize Size at which a file rolls over.
 * @param maxFiles Number of files to keep, the current one included.
 * @param encoding Format of the lines.
 * @param delivery How messages are queued, batched and retried.
 */
@ConfigurationProperties("cairn.file")
record FileSinkProperties(@Nullable Boolean enabled, @DefaultValue("./cairn-events") Path directory,
		@DefaultValue("64MB") DataSize maxFileSize, @DefaultValue("10") int maxFiles,
		@DefaultValue("cairn") Encoding encoding,
		@NestedConfigurationProperty @DefaultValue DeliveryProperties delivery) {
}
