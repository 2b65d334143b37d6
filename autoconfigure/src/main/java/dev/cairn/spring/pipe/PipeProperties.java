package dev.cairn.spring.pipe;

import java.nio.file.Path;

import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The named pipe of this process.
 *
 * @param enabled Whether a named pipe gives each reader the values of all meters.
 * @param directory Folder of the pipes of all processes of a user. By default, it is
 * stats-pipe and the name of the user in the temporary directory of Java.
 * @param buckets Whether the pipe has the buckets of timers and summaries, from which a
 * reader can merge the distributions of several processes.
 * @param portDirectory Folder for a file with the port of the server, by which the host
 * view finds the endpoint. Not written by default.
 */
@ConfigurationProperties("cairn.pipe")
record PipeProperties(@DefaultValue("false") boolean enabled, @Nullable String directory,
		@DefaultValue("false") boolean buckets, @Nullable String portDirectory) {

	/** Each user has a folder, because others cannot use it. */
	Path toDirectory() {
		if (!StringUtils.hasText(this.directory)) {
			String user = System.getProperty("user.name", "").replaceAll("[^\\w.-]", "_");
			return Path.of(System.getProperty("java.io.tmpdir"), "stats-pipe-" + user);
		}
		return path("cairn.pipe.directory", this.directory);
	}

	Path toPortDirectory() {
		return path("cairn.pipe.port-directory", String.valueOf(this.portDirectory));
	}

	private static Path path(String property, String value) {
		return InvalidProperty.check(property, value, () -> Path.of(value).toAbsolutePath());
	}

}
