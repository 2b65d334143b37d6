package dev.cairn.spring.doctor;

import java.util.List;
import java.util.Map;

import dev.cairn.redaction.Redactor;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that checks the setup of the application, and exposes what
 * was found.
 */
@Endpoint(id = Doctor.ENDPOINT)
record CairnDoctorEndpoint(String service, Doctor doctor, Redactor redactor) {

	@ReadOperation
	DoctorDescriptor cairndoctor() {
		Doctor.Report report = this.doctor.examine();
		return new DoctorDescriptor(this.service, report.findings().stream().map(this::describe).toList(),
				report.checks());
	}

	private FindingDescriptor describe(Doctor.NamedFinding named) {
		return new FindingDescriptor(named.check(), this.redactor.redactShapes(named.finding().what()),
				this.redactor.redactShapes(named.finding().where()), this.redactor.redactShapes(named.finding().why()),
				this.redactor.redactShapes(named.finding().remedy()));
	}

	/**
	 * Description of the setup of a service.
	 *
	 * @param service the name of the service
	 * @param findings the problems
	 * @param checks the state of each check: {@code ok}, {@code found}, {@code failed},
	 * {@code timed out} or {@code excluded}
	 */
	record DoctorDescriptor(String service, List<FindingDescriptor> findings, Map<String, String> checks) {
	}

	/**
	 * Description of a problem.
	 *
	 * @param check the name of the check
	 * @param what the problem
	 * @param where the class, bean, property or address that has it
	 * @param why the consequence
	 * @param remedy the line to paste, or else what to do
	 */
	record FindingDescriptor(String check, String what, String where, String why, String remedy) {
	}

}
