// Takes the jobs of Swift's concurrency that are begun on a thread out of the hands of its thread pool, so that this
// thread can run them itself, one after the other: what a simulation needs to be repeatable.
//
// The runtime asks `swift_task_enqueueGlobal_hook` first (swift/Runtime/Concurrency.h, "swift_task_enqueueGlobal_hook").
// Other threads are not touched: their jobs go where they always went.
#ifndef C_JOB_DIVERSION_H
#define C_JOB_DIVERSION_H

typedef void (*job_sink)(void *context, void *job);

// From now on each job that is begun on this thread is handed to `sink`.
void job_diversion_begin(job_sink sink, void *context);

// Jobs of this thread go to the pool again.
void job_diversion_end(void);

// Runs a job that was handed to a sink, here and now, up to where it waits.
void job_diversion_run(void *job);

#endif
