// One function per verb, a file each. Each returns an exit code or throws Error.
#pragma once

#include "cli/arguments.h"

namespace rnngan {

int train_verb(const TrainArguments& arguments);
int sample_verb(const SampleArguments& arguments);
int export_verb(const ExportArguments& arguments);
int config_verb(const ConfigArguments& arguments);
int data_show_verb(const DataShowArguments& arguments);
int data_make_verb(const DataMakeArguments& arguments);
int losses_verb(const LossesArguments& arguments);
int evaluate_verb(const EvaluateArguments& arguments);
int compare_verb(const CompareArguments& arguments);
int tune_verb(const TuneArguments& arguments);
int metrics_verb(const MetricsArguments& arguments);
int inspect_verb(const InspectArguments& arguments);
int report_verb(const ReportArguments& arguments);
int reference_verb(const ReferenceArguments& arguments);
int completion_verb(const CompletionArguments& arguments);
int manual_verb(const ManualArguments& arguments);

}  // namespace rnngan
