package dev.cairn.kotlin

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import java.io.File

/**
 * Without the libraries that Spring needs for suspend functions, these are left alone.
 */
class WithoutCoroutinesTests {

	@Test
	fun suspendFunctionsAreLeftAlone() {
		val classPath = System.getProperty("java.class.path").split(File.pathSeparator)
			.filterNot { it.contains("kotlinx-coroutines") || it.contains("kotlin-reflect") }
			.joinToString(File.pathSeparator)
		val process = ProcessBuilder(
			System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classPath,
			"dev.cairn.kotlin.WithoutCoroutinesApplicationKt", "--spring.main.web-application-type=none",
			"--spring.main.banner-mode=off", "--cairn.file.enabled=false", "--spring.application.name=kotlin"
		).redirectErrorStream(true).start()
		val output = process.inputStream.bufferedReader().readLines()
		assertThat(output).contains("proxy=false result=hello joe timer=null")
		assertThat(output.filter { it.contains("#greet is a suspend function; add the dependencies") })
			.hasSize(2)
			.allSatisfy { assertThat(it).contains(" WARN ", "kotlinx-coroutines-reactor", "kotlin-reflect") }
	}

}
